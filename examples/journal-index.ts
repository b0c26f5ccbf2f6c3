import { type FileHandle, open, readFile } from 'node:fs/promises'
import { deserialize, serialize } from 'node:v8'
import {
  AdapterError,
  type AddOutcome,
  type ExtraAttributes,
  type InflatedInstance,
  type InstanceIndex,
  type InstanceRecord,
  type InstanceScope,
  type LevelAttributes,
  type StoredInstance,
} from '@sansfilm/core/adapters'
import { memoryIndex } from '@sansfilm/memory'

/** The methods that change an index, by name and arguments: all that has to be remembered. */
type Change =
  | readonly ['add', InstanceRecord, 'refuse' | 'replace']
  | readonly ['remove', InstanceScope]
  | readonly ['setAttributes', StoredInstance, LevelAttributes]
  | readonly ['setInflated', StoredInstance, InflatedInstance]
  | readonly ['setExtraAttributes', ExtraAttributes]
  | readonly ['setFact', string, string, 'replace' | 'keep']

/** An index in memory that a journal of its changes survives: an example, and enough for some thousand instances. */
export async function journalIndex({ file }: { readonly file: string }): Promise<InstanceIndex> {
  const memory = memoryIndex()
  const journal = await openJournal(file, (change) => apply(memory, change))
  let last: Promise<unknown> = Promise.resolve()

  /** One change at a time: on disk first, then in memory, where everybody sees it. */
  function commit(change: Change): Promise<unknown> {
    const result = last.then(async () => {
      await journal.append(change)
      return apply(memory, change)
    })
    last = result.catch(() => {}) // the caller's; the next change is not to fail for it
    return result
  }

  return {
    ...memory,
    add: (record, onConflict) => commit(['add', record, onConflict]) as Promise<AddOutcome>, // as `apply` answers
    remove: (scope) => commit(['remove', scope]) as Promise<readonly StoredInstance[]>, // as `apply` answers
    setAttributes: async (stored, attributes) => void (await commit(['setAttributes', stored, attributes])),
    setInflated: (stored, inflated) => commit(['setInflated', stored, inflated]) as Promise<boolean>, // likewise
    setExtraAttributes: async (extra) => void (await commit(['setExtraAttributes', extra])),
    setFact: (name, text, onConflict) => commit(['setFact', name, text, onConflict]) as Promise<string>, // likewise
    async close() {
      await last
      await journal.close()
      await memory.close()
    },
  }
}

/** The memory index answers the same every time: replaying the changes gives the index that was. */
function apply(index: InstanceIndex, change: Change): Promise<unknown> {
  switch (change[0]) {
    case 'add':
      return index.add(change[1], change[2])
    case 'remove':
      return index.remove(change[1])
    case 'setAttributes':
      return index.setAttributes(change[1], change[2])
    case 'setInflated':
      return index.setInflated(change[1], change[2])
    case 'setExtraAttributes':
      return index.setExtraAttributes(change[1])
    case 'setFact':
      return index.setFact(change[1], change[2], change[3])
  }
}

interface Journal {
  append(change: Change): Promise<void>
  close(): Promise<void>
}

/** Entries are a length in four bytes and what `serialize` makes of the change. */
async function openJournal(file: string, replay: (change: Change) => Promise<unknown>): Promise<Journal> {
  const journal = await open(file, 'a+')
  const bytes = await readFile(journal)
  let end = 0
  while (end + 4 <= bytes.length) {
    const next = end + 4 + bytes.readUInt32LE(end)
    if (next > bytes.length) break
    await replay(deserialize(bytes.subarray(end + 4, next)) as Change) // written by `append`
    end = next
  }
  await journal.truncate(end) // half an entry: nobody was told that it was done
  return {
    async append(change) {
      const body = serialize(change)
      const entry = Buffer.alloc(4 + body.length)
      entry.writeUInt32LE(body.length)
      entry.set(body, 4)
      try {
        await writeWhole(journal, entry)
        end += entry.length
      } catch (cause) {
        await journal.truncate(end)
        const full = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOSPC'
        throw new AdapterError(full ? 'out-of-resources' : 'unavailable', 'The journal cannot be written', { cause })
      }
    },
    close: () => journal.close(),
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await handle.appendFile(bytes)
  await handle.datasync()
}
