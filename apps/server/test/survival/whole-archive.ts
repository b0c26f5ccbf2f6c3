import { numberOf, stringOf, tags } from '@sansfilm/dicom'
import { identityOf, search, whatIsWrongWith } from './client.ts'
import type { Watch } from './scenario.ts'
import type { TestObject } from './test-object.ts'

/**
 * Notes where an archive is not what its clients were told: an acknowledged instance that is missing, one that is found
 * but does not come back whole, counts that differ from what is found.
 * @param sent everything that may be there, by SOP Instance UID
 * @param sample how many of the instances to retrieve; all by default
 * @returns the number of instances found
 */
export async function checkWhole(
  origin: string,
  sent: ReadonlyMap<string, TestObject>,
  acknowledged: ReadonlySet<string>,
  { random, violated }: Watch,
  sample = Number.POSITIVE_INFINITY,
): Promise<number> {
  const found = (await search(origin, 'instances')).map(identityOf)
  const instances = new Set(found.map(({ instance }) => instance))
  for (const instance of acknowledged) {
    if (!instances.has(instance)) violated(`acknowledged, but not found: instance ${instance}`)
  }
  if (instances.size !== found.length) violated('a search gives an instance twice')

  const share = sample / found.length
  for (const identity of found) {
    const object = sent.get(identity.instance)
    if (object === undefined) violated(`nobody sent instance ${identity.instance}`)
    else if (object.study !== identity.study || object.series !== identity.series) {
      violated(`instance ${identity.instance} is in another study or series than it was sent to`)
    } else if (random.next() < share) {
      const wrong = await whatIsWrongWith(origin, object)
      if (wrong !== undefined) violated(wrong)
    }
  }

  const expected = countBy(found.flatMap(({ study, series }) => [study, `${study}/${series}`]))
  const studies = await search(origin, 'studies')
  const series = await search(origin, 'series')
  const counted = new Map([
    ...studies.map(
      (match) => [stringOf(match, tags.StudyInstanceUID), numberOf(match, tags.NumberOfStudyRelatedInstances)] as const,
    ),
    ...series.map(
      (match) =>
        [
          `${stringOf(match, tags.StudyInstanceUID)}/${stringOf(match, tags.SeriesInstanceUID)}`,
          numberOf(match, tags.NumberOfSeriesRelatedInstances),
        ] as const,
    ),
  ])
  for (const name of new Set([...expected.keys(), ...counted.keys()])) {
    if (expected.get(name ?? '') !== counted.get(name)) {
      violated(`${name} counts ${counted.get(name)} instances, and ${expected.get(name ?? '')} are found`)
    }
  }
  for (const match of studies) {
    const study = stringOf(match, tags.StudyInstanceUID)
    const inStudy = [...expected.keys()].filter((name) => name.startsWith(`${study}/`)).length
    if (numberOf(match, tags.NumberOfStudyRelatedSeries) !== inStudy)
      violated(`${study} counts other than its ${inStudy} series`)
  }
  return found.length
}

/** All that can be searched, in an order of our own and without the server's address, which changes. */
export async function answersOf(origin: string): Promise<ReadonlyMap<string, string>> {
  const resources = ['studies', 'series', 'instances'].map((resource) => `${resource}?includefield=all`)
  return new Map(
    await Promise.all(
      resources.map(async (resource) => {
        const matches = (await search(origin, resource)).map((match) => JSON.stringify(match).replaceAll(origin, ''))
        return [resource, matches.sort().join('\n')] as const
      }),
    ),
  )
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
