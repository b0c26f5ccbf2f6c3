import { type Attribute, type Dataset, type Tag, tags, type Value, type VR } from '@sansfilm/dicom'
import type { DerivedAttributes, Level } from '../adapters/query.ts'

/**
 * The attributes that no instance carries but the archive knows, by level, as a data set.
 * @see PS3.18 Tables 10.6.3-3 to 10.6.3-5
 */
export function derivedAttributesOf(level: Level, derived: DerivedAttributes): Dataset {
  switch (level) {
    case 'study':
      return {
        [tags.InstanceAvailability]: online,
        [tags.ModalitiesInStudy]: attribute('CS', derived.modalitiesInStudy),
        [tags.NumberOfStudyRelatedSeries]: attribute('IS', [derived.numberOfStudyRelatedSeries]),
        [tags.NumberOfStudyRelatedInstances]: attribute('IS', [derived.numberOfStudyRelatedInstances]),
      }
    case 'series':
      return {
        [tags.InstanceAvailability]: online,
        [tags.NumberOfSeriesRelatedInstances]: attribute('IS', [derived.numberOfSeriesRelatedInstances]),
      }
    case 'instance':
      return {
        [tags.InstanceAvailability]: online,
        [tags.AvailableTransferSyntaxUID]: attribute('UI', [derived.availableTransferSyntax]),
      }
  }
}

/** Whether an attribute of this level is derived. */
export function isDerived(level: Level, tag: Tag): boolean {
  return Object.hasOwn(derivedAttributesOf(level, nothing), tag)
}

/** "ONLINE means the Instances are immediately available" (PS3.3 §C.4.23.1.1), which all that is stored here are. */
const online: Attribute = { vr: 'CS', Value: ['ONLINE'] }

const nothing: DerivedAttributes = {
  modalitiesInStudy: [],
  numberOfStudyRelatedSeries: 0,
  numberOfStudyRelatedInstances: 0,
  storedAt: new Date(0),
}

function attribute(vr: VR, values: readonly (Value | undefined)[]): Attribute {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? { vr } : { vr, Value: known }
}
