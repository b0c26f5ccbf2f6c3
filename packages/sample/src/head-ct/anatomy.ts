/** Typical attenuation in Hounsfield units. */
export const hounsfield = {
  air: -1000,
  fat: -95,
  water: 0,
  fluid: 7,
  white: 28,
  gray: 38,
  deepGray: 41,
  muscle: 56,
  skin: 35,
  falx: 62,
  blood: 72,
  lens: 90,
  calcium: 190,
  diploe: 620,
  bone: 1350,
} as const

/** A soft-edged ellipsoid that is painted over what lies beneath. Lengths in mm; turned about z by `turn` radians. */
export interface Body {
  readonly centre: readonly [x: number, y: number, z: number]
  readonly radii: readonly [x: number, y: number, z: number]
  readonly turn?: number
  /** Slope of the centre: mm in x and y for each mm in z. */
  readonly lean?: readonly [x: number, y: number]
  readonly value: number
  /** Width of the edge, mm. */
  readonly edge?: number
}

const hu = hounsfield

/** A body and its mirror image on the other side. */
function pair(body: Body): readonly [Body, Body] {
  const [x, y, z] = body.centre
  const [leanX, leanY] = body.lean ?? [0, 0]
  return [body, { ...body, centre: [-x, y, z], turn: -(body.turn ?? 0), lean: [-leanX, leanY] }]
}

/** Inside the brain, from the outermost to what is painted over it. */
export const brainBodies: readonly Body[] = [
  // Insular cisterns and Sylvian fissures.
  ...pair({ centre: [44, -14, -2], radii: [3.2, 15, 13], turn: 0.12, value: hu.fluid, edge: 3 }),
  ...pair({ centre: [53, -20, -6], radii: [10, 2.4, 9], turn: -0.3, value: hu.fluid, edge: 2.5 }),
  // Deep gray matter; the internal capsule is the white between.
  ...pair({ centre: [12, 11, 2], radii: [9, 15, 10], turn: 0.45, value: hu.deepGray, edge: 4 }),
  ...pair({ centre: [26, -8, 0], radii: [6, 15, 11], turn: -0.28, value: hu.deepGray, edge: 3 }),
  ...pair({ centre: [14, -25, 6], radii: [5, 9, 12], turn: -0.25, value: hu.deepGray, edge: 3 }),
  // Lateral ventricles: frontal horns, bodies, atria, occipital horns.
  ...pair({ centre: [9, -27, 8], radii: [4.2, 13, 8], turn: 0.38, value: hu.fluid, edge: 2 }),
  ...pair({ centre: [8.5, -2, 19], radii: [5.2, 25, 6.5], turn: -0.12, value: hu.fluid, edge: 2 }),
  ...pair({ centre: [21, 29, 8], radii: [6.5, 11, 10], turn: -0.45, value: hu.fluid, edge: 2 }),
  ...pair({ centre: [22, 46, 5], radii: [3.4, 12, 5], turn: 0.15, value: hu.fluid, edge: 2 }),
  ...pair({ centre: [29, 6, -20], radii: [3, 14, 4], turn: 0.2, value: hu.fluid, edge: 2 }),
  // Third and fourth ventricle, quadrigeminal and suprasellar cisterns.
  { centre: [0, 3, -3], radii: [2.2, 13, 10], value: hu.fluid, edge: 1.5 },
  { centre: [0, 33, -38], radii: [6.5, 6, 9], value: hu.fluid, edge: 2 },
  { centre: [0, 27, -7], radii: [12, 3.4, 5], value: hu.fluid, edge: 2 },
  { centre: [0, -12, -25], radii: [12, 10, 6], value: hu.fluid, edge: 3 },
  ...pair({ centre: [15, 8, -25], radii: [3, 11, 6], turn: -0.4, value: hu.fluid, edge: 2.5 }),
  // Midbrain and pons.
  { centre: [0, 10, -24], radii: [14, 10, 9], value: hu.gray - 3, edge: 3 },
  { centre: [0, 13, -42], radii: [15, 12, 15], value: hu.gray - 5, edge: 3 },
  // Septum between the frontal horns.
  { centre: [0, -20, 12], radii: [0.9, 16, 11], value: hu.white + 4, edge: 1 },
  // Calcified pineal gland and choroid plexus.
  { centre: [0, 24, 0], radii: [2, 2.4, 2.4], value: hu.calcium, edge: 1.2 },
  ...pair({ centre: [21, 30, 7], radii: [2.4, 4.4, 3.4], turn: -0.4, value: hu.calcium - 50, edge: 2 }),
]

/** The findings that the report names. */
export const lesions = {
  haemorrhage: { centre: [-30, 6, 12], radii: [9, 13, 10], turn: 0.25, value: hu.blood, edge: 2 },
  oedema: { centre: [-30, 7, 12], radii: [15, 20, 15], turn: 0.25, value: 19, edge: 6 },
  nodule: { centre: [33, -46, 30], radii: [5, 5, 5], value: 56, edge: 1.5 },
  nodularOedema: { centre: [34, -44, 30], radii: [14, 13, 11], value: 20, edge: 7 },
  calcification: { centre: [-38, 38, 36], radii: [2.2, 1.8, 2], value: hu.calcium + 120, edge: 1 },
} as const satisfies Record<string, Body>

/** Below the floor of the skull, and in the face. */
export const faceBodies: readonly Body[] = [
  // Orbits: fat, muscles, globe, lens, optic nerve.
  ...pair({ centre: [33, -62, -40], radii: [19, 27, 17], turn: 0.35, value: hu.fat, edge: 2 }),
  ...pair({ centre: [22, -52, -40], radii: [2, 17, 5], turn: 0.42, value: hu.muscle, edge: 1.5 }),
  ...pair({ centre: [42, -54, -40], radii: [2, 16, 5], turn: 0.5, value: hu.muscle, edge: 1.5 }),
  ...pair({ centre: [28, -45, -39], radii: [2, 19, 2.4], turn: 0.45, value: hu.gray, edge: 1.5 }),
  ...pair({ centre: [36, -76, -40], radii: [12.5, 12.5, 12.5], value: hu.muscle - 8, edge: 1.2 }),
  ...pair({ centre: [36, -76, -40], radii: [11.2, 11.2, 11.2], value: hu.fluid + 4, edge: 1.2 }),
  ...pair({ centre: [37, -85, -40], radii: [4.6, 2.2, 4.6], value: hu.lens, edge: 1 }),
  // Ethmoid cells, nasal septum, sphenoid sinus.
  { centre: [0, -66, -44], radii: [13.5, 27, 16], value: hu.bone * 0.6, edge: 2 },
  ...pair({ centre: [7, -82, -44], radii: [4.4, 6, 13], value: hu.air, edge: 1.5 }),
  ...pair({ centre: [7, -69, -43], radii: [4.6, 5.6, 12], value: hu.air, edge: 1.5 }),
  ...pair({ centre: [7, -56, -43], radii: [4.6, 5.8, 11], value: hu.air, edge: 1.5 }),
  ...pair({ centre: [7, -44, -43], radii: [4.4, 5, 9], value: hu.air, edge: 1.5 }),
  { centre: [0, -27, -44], radii: [16, 13, 12], value: hu.bone * 0.75, edge: 2 },
  ...pair({ centre: [7, -27, -44], radii: [6, 10, 9], value: hu.air, edge: 1.5 }),
  // Cheek bones and maxillary sinuses.
  ...pair({ centre: [30, -60, -66], radii: [18, 19, 13], value: hu.bone * 0.7, edge: 2 }),
  ...pair({ centre: [30, -60, -66], radii: [15.5, 16.5, 12], value: hu.air, edge: 1.5 }),
  ...pair({ centre: [57, -52, -50], radii: [3, 17, 6], turn: -0.35, value: hu.bone, edge: 2 }),
  ...pair({ centre: [56, -25, -56], radii: [7, 17, 16], value: hu.muscle, edge: 3 }),
  // Petrous bones with their air cells.
  ...pair({ centre: [38, 12, -45], radii: [27, 9.5, 9], turn: 0.5, value: hu.bone, edge: 2 }),
  ...pair({ centre: [58, 26, -50], radii: [11, 15, 16], turn: 0.2, value: hu.bone * 0.8, edge: 2 }),
  ...pair({ centre: [43, 15, -46], radii: [4, 2, 2.4], turn: 0.5, value: hu.air, edge: 1 }),
  ...pair({ centre: [60, 10, -48], radii: [10, 2.4, 2.6], turn: 0.1, value: hu.air, edge: 1 }),
]

/** Cells of air in the mastoids: where they are, and how large at most. */
export const mastoidCells = { centre: [58, 28, -50], radii: [9, 12, 13] } as const
