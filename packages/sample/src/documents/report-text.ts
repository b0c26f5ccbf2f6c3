/** What the report and the letter say of the drawn head. */
export const reportText = {
  title: 'Head CT',
  findings: [
    'Dense area of 18 x 26 mm in the right basal ganglia with a rim of low attenuation, as of a recent haemorrhage.',
    'Round nodule of 10 mm in the left frontal lobe with surrounding oedema.',
    'Calcification of 4 mm in the right parietal lobe.',
    'Ventricles are symmetrical and not widened. The skull is intact.',
  ],
  impression: 'Haemorrhage in the right basal ganglia; nodule in the left frontal lobe.',
  notice: 'This patient does not exist. Images and text are drawn by a program to try a viewer with.',
} as const
