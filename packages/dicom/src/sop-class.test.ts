import { expect, test } from '@jest/globals'
// @ts-expect-error dcmjs has no types
import dcmjs from 'dcmjs'
import { lookupSopClass, sopClasses, sopClassKind } from './sop-class.ts'
import { isConformantUid } from './uid.ts'

const rows = Object.values(sopClasses)

test('every UID is one, and stands once', () => {
  expect(rows.filter(({ uid }) => !isConformantUid(uid))).toEqual([])
  expect(new Set(rows.map(({ uid }) => uid)).size).toBe(rows.length)
})

test('what an archive must tell apart', () => {
  expect(sopClassKind(sopClasses.MediaStorageDirectoryStorage.uid)).toBe('directory')
  expect(sopClassKind(sopClasses.CTImageStorage.uid)).toBe('composite')
  expect(sopClassKind('1.2.3')).toBeUndefined()
  expect(
    Object.entries(sopClasses)
      .filter(([, { kind }]) => kind === 'non-patient')
      .map(([keyword]) => keyword)
      .sort(),
  ).toEqual([
    'CTDefinedProcedureProtocolStorage',
    'ColorPaletteStorage',
    'GenericImplantTemplateStorage',
    'HangingProtocolStorage',
    'ImplantAssemblyTemplateStorage',
    'ImplantTemplateGroupStorage',
    'InventoryStorage',
    'ProtocolApprovalStorage',
    'XADefinedProcedureProtocolStorage',
  ])
})

test('the classes that dcmjs knows are here, images with pixels', () => {
  const { sopClassNamesByUID } = dcmjs.data.DicomMetaDictionary as { sopClassNamesByUID: Record<string, string> }
  const names = Object.entries(sopClassNamesByUID)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter(([uid]) => lookupSopClass(uid) === undefined)).toEqual([])
  const images = names.filter(([, name]) => name.endsWith('Image'))
  expect(images.filter(([uid]) => lookupSopClass(uid)?.hasPixelData !== true)).toEqual([])
})
