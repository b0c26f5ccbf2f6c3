import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext, Script } from 'node:vm'
import { expect, test } from '@jest/globals'
import { corrections, correctScript } from './corrections.ts'
import { findOhif } from './ohif.ts'

const ohif = findOhif()
const scripts = [...ohif.files]
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(ohif.directory, name), 'utf8'))
const original = scripts.find((script) => script.includes('function getModalities('))

/** What the study list makes of a result's Modality and Modalities in Study. */
function modalitiesBy(script: string | undefined, modalitiesInStudy: object | undefined): unknown {
  const source = /^function getModalities\([\s\S]*?^}$/m.exec(script ?? '')?.[0]
  const modalities = runInNewContext(`(${source})`)(undefined, modalitiesInStudy)
  return JSON.parse(JSON.stringify(modalities)) // of another realm
}

test('the study list of OHIF as it is built fails on a study without a modality', () => {
  expect(() => modalitiesBy(original, { vr: 'CS' })).toThrow(/length/)
})

test('corrected, it takes one, and every other study as before', () => {
  const corrected = correctScript(original ?? '')
  expect(modalitiesBy(corrected, { vr: 'CS' })).toEqual({ vr: 'CS', Value: [] })
  for (const modalities of [{ vr: 'CS', Value: ['CT', 'SR'] }, undefined]) {
    expect(modalitiesBy(corrected, modalities)).toEqual(modalitiesBy(original, modalities))
  }
})

test.each(corrections)('the build has the place $place', ({ place }) => {
  expect(scripts.filter((script) => script.includes(place))).not.toEqual([])
})

test('a corrected script is still a script', () => {
  const changed = scripts.filter((script) => correctScript(script) !== script)
  expect(changed.length).toBeGreaterThan(0)
  // Compiled, not run.
  for (const script of changed) expect(() => new Script(correctScript(script))).not.toThrow()
})
