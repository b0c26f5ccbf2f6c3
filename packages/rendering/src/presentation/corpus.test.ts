import { expect, test } from '@jest/globals'
import { renderFrames } from '../render-frames.ts'
import { corpusPath, readCorpusFile, withCorpus } from '../testing/corpus.ts'
import { hasDcmtk, presentWithDcmtk } from '../testing/dcmtk.ts'
import { readImage } from '../testing/images.ts'
import { readInstance } from '../testing/read-instance.ts'

const withDcmtk = hasDcmtk() ? '' : ' [skipped: dcmtk is not on the PATH]'
const canRun = withCorpus === '' && withDcmtk === ''

;(canRun ? test : test.skip)(
  `three scrambled tables one after the other look as dcmtk draws them, to the last bit${withCorpus}${withDcmtk}`,
  async () => {
    const image = await readInstance(readCorpusFile('sc-image-for-pr-luts.dcm'))
    const state = await readInstance(readCorpusFile('pr-luts.dcm'))
    const request = await image.request([1], 'image/png', {}, state.loaded)
    const ours = request && (await readImage((await renderFrames(request)).bytes))
    const theirs = presentWithDcmtk(corpusPath('sc-image-for-pr-luts.dcm'), corpusPath('pr-luts.dcm'))
    expect(theirs).toMatchObject({ width: 512, height: 512, channels: 1 })
    expect(ours && Buffer.from(ours.data).equals(Buffer.from(theirs?.data ?? []))).toBe(true)
  },
)
