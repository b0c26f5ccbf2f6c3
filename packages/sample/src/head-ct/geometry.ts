/** The volume: axial slices, x to the patient's left, y to the back, z to the head (PS3.3 §C.7.6.2), in mm. */
export const geometry = {
  columns: 256,
  rows: 256,
  slices: 76,
  pixelSpacing: 0.9,
  sliceSpacing: 2,
  /** Centre of the first pixel of the first, lowest slice. */
  origin: { x: -114.75, y: -114.75, z: -66 },
} as const
