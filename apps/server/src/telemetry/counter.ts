import { Counter, type Registry } from 'prom-client'

/** A counter in few words. */
export function counter<Label extends string>(
  registers: Registry[],
  name: string,
  help: string,
  ...labelNames: Label[]
): Counter<Label> {
  return new Counter({ name, help, labelNames, registers })
}
