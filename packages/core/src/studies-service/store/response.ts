import {
  type Attribute,
  type Dataset,
  encodeNativeModel,
  formatJsonModel,
  type Part10Warning,
  tags,
} from '@sansfilm/dicom'
import type { DicomwebResponse } from '../../http/message.ts'
import { warningOf } from '../../http/warning.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { instancePath } from '../prepared-metadata.ts'
import { failureReasons } from './failure-reason.ts'
import type { IngestOutcome, Refused, Stored } from './ingest.ts'
import type { MetadataMediaType } from './request.ts'
import { warningReasons } from './warning-reason.ts'

/** Error Comment is LO: 64 characters at most (PS3.5 §6.2). */
const maxComment = 64

/**
 * The answer to a store: 200 where all went well, 202 where some did not or something was noticed, 409 where nothing was
 * stored.
 * @param serviceRoot absolute, with the partition
 * @see PS3.18 §10.5.3
 */
export function storeResponse(
  outcomes: readonly IngestOutcome[],
  mediaType: MetadataMediaType,
  serviceRoot: string,
): DicomwebResponse {
  const stored = outcomes.filter((outcome) => 'stored' in outcome)
  const refused = outcomes.filter((outcome) => 'refused' in outcome)
  const dubious = stored.some(({ warnings }) => warnings.length > 0)
  const status = stored.length === 0 ? 409 : refused.length > 0 || dubious ? 202 : 200
  const module = storeInstancesResponseModule(stored, refused, serviceRoot)
  const body = Buffer.from(mediaType === mediaTypes.dicomXml ? encodeNativeModel(module) : formatJsonModel(module))
  const identical = stored.filter((outcome) => outcome.stored === 'identical').length
  return {
    status,
    headers: {
      'content-type': mediaType,
      'content-length': String(body.length),
      ...locationFields(stored, serviceRoot),
      ...(identical > 0 && {
        warning: warningOf(serviceRoot, `${identical} of ${outcomes.length} instances were stored already`),
      }),
    },
    body,
  }
}

/** The study, and what of it the payload represents; of several studies there is no one URL (PS3.18 Table 10.5.3-2). */
function locationFields(stored: readonly Stored[], serviceRoot: string): Record<string, string> {
  const study = onlyStudy(stored)
  const [first] = stored
  if (study === undefined || first === undefined) return {}
  const location = `${serviceRoot}/studies/${study}`
  const isOne = new Set(stored.map(({ identity }) => identity.instance)).size === 1
  return { location, 'content-location': isOne ? serviceRoot + instancePath(first.identity) : location }
}

/** @see PS3.18 Table I.1-1 */
function storeInstancesResponseModule(
  stored: readonly Stored[],
  refused: readonly Refused[],
  serviceRoot: string,
): Dataset {
  const study = onlyStudy(stored)
  const named = refused.filter(({ identity }) => identity.sopClass !== undefined && identity.instance !== undefined)
  const unnamed = refused.filter((outcome) => !named.includes(outcome))
  return {
    ...(study !== undefined && { [tags.RetrieveURL]: url(`${serviceRoot}/studies/${study}`) }),
    ...sequence(tags.FailedSOPSequence, named.map(failedItem)),
    ...sequence(
      tags.ReferencedSOPSequence,
      stored.map((outcome) => referencedItem(outcome, serviceRoot)),
    ),
    ...sequence(tags.OtherFailuresSequence, unnamed.map(failure)),
  }
}

function referencedItem({ identity, warnings }: Stored, serviceRoot: string): Dataset {
  return {
    [tags.ReferencedSOPClassUID]: uid(identity.sopClass),
    [tags.ReferencedSOPInstanceUID]: uid(identity.instance),
    [tags.RetrieveURL]: url(serviceRoot + instancePath(identity)),
    ...(warnings.length > 0 && {
      [tags.WarningReason]: { vr: 'US', Value: [warningReasons.dataSetDoesNotMatchSopClass.code] },
      ...sequence(tags.FailedAttributesSequence, warnings.map(dubiousAttribute)),
    }),
  }
}

/** Which attribute, and what about it: an extension, with the attributes UPS uses for the same purpose. */
function dubiousAttribute({ path, problem }: Part10Warning): Dataset {
  const tag = path.at(-1)
  return {
    [tags.ErrorComment]: comment(problem),
    ...(tag !== undefined && { [tags.SelectorAttribute]: { vr: 'AT', Value: [tag] } }),
  }
}

function failedItem(outcome: Refused): Dataset {
  return {
    ...failure(outcome),
    [tags.ReferencedSOPClassUID]: uid(outcome.identity.sopClass ?? ''),
    [tags.ReferencedSOPInstanceUID]: uid(outcome.identity.instance ?? ''),
  }
}

/** The reason as a code, and in words for the person who looks (an extension that PS3.18 §I.1 allows). */
function failure({ refused, detail }: Refused): Dataset {
  return {
    [tags.ErrorComment]: comment(detail),
    [tags.FailureReason]: { vr: 'US', Value: [failureReasons[refused].code] },
  }
}

function sequence(tag: string, items: readonly Dataset[]): Dataset {
  return items.length === 0 ? {} : { [tag]: { vr: 'SQ', Value: items } }
}

function uid(value: string): Attribute {
  return { vr: 'UI', Value: [value] }
}

function url(value: string): Attribute {
  return { vr: 'UR', Value: [value] }
}

function comment(text: string): Attribute {
  return { vr: 'LO', Value: [text.length > maxComment ? `${text.slice(0, maxComment - 1)}…` : text] }
}

function onlyStudy(stored: readonly Stored[]): string | undefined {
  const studies = new Set(stored.map(({ identity }) => identity.study))
  return studies.size === 1 ? [...studies][0] : undefined
}
