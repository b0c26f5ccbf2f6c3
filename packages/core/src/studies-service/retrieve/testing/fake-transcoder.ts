import { type PixelDescription, transferSyntaxes, type Uid } from '@sansfilm/dicom'
import { AdapterError, type CodedFrame, type Transcoder } from '../../../adapters/index.ts'

const { ExplicitVRLittleEndian, JPEGBaseline8Bit, JPEG2000Lossless, JPEGLSLossless } = transferSyntaxes

/** Codestreams of the fake begin with the UID of their transfer syntax; samples that begin with `!` are damaged. */
export function fakeCodestream(transferSyntax: Uid, samples: string): Buffer {
  return Buffer.from(`${transferSyntax}|${samples}`)
}

/** A transcoder that anybody can read, and that writes down what it is asked for. */
export function fakeTranscoder() {
  const decoded: string[] = []
  const signals: (AbortSignal | undefined)[] = []
  let running = 0
  let mostAtOnce = 0
  let held: Promise<void> | undefined
  const native = ({ photometricInterpretation, ...rest }: PixelDescription): PixelDescription => ({
    ...rest,
    photometricInterpretation: photometricInterpretation === 'YBR_RCT' ? 'RGB' : photometricInterpretation,
    planarConfiguration: 0,
  })
  const transcoder: Transcoder = {
    version: 'fake 1',
    decodes: new Set([ExplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless].map(({ uid }) => uid)),
    encodes: new Set([ExplicitVRLittleEndian, JPEGLSLossless, JPEGBaseline8Bit].map(({ uid }) => uid)),
    describe({ description }, target) {
      if (target === JPEGBaseline8Bit.uid && description.bitsStored > 8) return undefined
      return native(description)
    },
    async transcode({ transferSyntax, description, bytes }, target, { signal } = {}): Promise<CodedFrame> {
      running++
      mostAtOnce = Math.max(mostAtOnce, running)
      try {
        await new Promise((resolve) => setImmediate(resolve))
        await held
        signals.push(signal)
        signal?.throwIfAborted()
        const text = Buffer.from(bytes).toString('latin1')
        const isNative = transferSyntax === ExplicitVRLittleEndian.uid
        const samples = isNative ? text : text.slice(transferSyntax.length + 1)
        decoded.push(samples)
        if (!isNative && !text.startsWith(`${transferSyntax}|`)) throw new AdapterError('damaged', 'no codestream')
        if (samples.startsWith('!')) throw new AdapterError('damaged', 'it begins with an exclamation mark')
        const made = target === ExplicitVRLittleEndian.uid ? samples : `${target}|${samples}`
        return { transferSyntax: target, description: native(description), bytes: Buffer.from(made, 'latin1') }
      } finally {
        running--
      }
    },
  }
  return {
    transcoder,
    /** The samples of every frame that was worked on. */
    decoded,
    signals,
    mostAtOnce: () => mostAtOnce,
    /** Work waits for the promise. */
    hold(until: Promise<void>): void {
      held = until
    },
  }
}
