import { BlockList, isIPv6 } from 'node:net'

/** Whether a peer is believed when it says for whom it asks: `hop` 0 is the peer itself, 1 the one before it. */
export type TrustsProxy = (address: string, hop: number) => boolean

/** Networks with a name, as Express calls them. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** @param setting so many proxies, or the addresses and networks they are at; of nobody by default */
export function trustedProxies(setting: number | readonly string[] = 0): TrustsProxy {
  if (typeof setting === 'number') return (_address, hop) => hop < setting
  const trusted = new BlockList()
  for (const entry of setting.flatMap((name) => named[name] ?? [name])) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  return (address) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
