import { createNoiseTexture, createSpaceNoise, mix, smoothStep } from '../noise.ts'
import { type Body, brainBodies, faceBodies, hounsfield as hu, lesions, mastoidCells } from './anatomy.ts'
import { geometry } from './geometry.ts'

/** Called millions of times: a local name is found faster than one of the global object. */
const { abs, cos, hypot, max, min, round, sin, sqrt } = Math

const { columns, rows, pixelSpacing, origin } = geometry

/** Half axes of the head above the ears, mm. */
const head = { x: 76, y: 97, top: 84, bottom: 190 }
const scalp = 6
const noiseSide = 256
const noiseDeviation = 3.2

const foldNoise = createSpaceNoise(7)
const detailNoise = createSpaceNoise(21)
const scannerNoise = createNoiseTexture(noiseSide, 99)

const lesionBodies = [lesions.oedema, lesions.haemorrhage, lesions.nodularOedema, lesions.nodule, lesions.calcification]

/**
 * Draws the slice at `z` (mm): skin, skull and brain from their distance to the surface of the head, smaller things as
 * bodies over them.
 * @returns Hounsfield units, row by row
 */
export function drawSlice(slice: number): Float32Array {
  const z = origin.z + slice * geometry.sliceSpacing
  const image = new Float32Array(rows * columns).fill(hu.air)
  const brain = new Float32Array(rows * columns)
  drawTissue(image, brain, z)
  const outside = brain.map((share) => 1 - share)
  for (const body of faceBodies) paint(image, z, body, outside)
  drawMastoidCells(image, outside, z)
  for (const body of [...brainBodies, ...lesionBodies]) paint(image, z, body, brain)
  drawFalx(image, brain, z)
  addNoise(image, slice)
  return image
}

/** Draws skin, skull and brain; `brain` becomes 1 in the brain and the fluid around it, 0 outside the skull. */
function drawTissue(image: Float32Array, brain: Float32Array, z: number): void {
  for (let row = 0; row < rows; row++) {
    const y = origin.y + row * pixelSpacing
    for (let column = 0; column < columns; column++) {
      const x = origin.x + column * pixelSpacing
      const depth = depthBelowSkin(x, y, z)
      if (depth <= -1) continue
      const at = row * columns + column
      const thickness = skullThickness(x, y, z)
      const above = z - floorAt(x, y)
      brain[at] = smoothStep(-0.5, 0.5, min(depth - scalp - thickness, above - 3))
      image[at] = mix(hu.air, tissueAt({ x, y, z, depth, thickness, above }), smoothStep(-0.7, 0.7, depth))
    }
  }
}

/** Distance from the surface of the head inwards, mm; right to some percent, which is enough to draw with. */
function depthBelowSkin(x: number, y: number, z: number): number {
  const forehead = 1 + (0.1 * y) / head.y
  const u = x / (head.x * forehead)
  const v = y / head.y
  const w = z / (z > 0 ? head.top + 6 : head.bottom)
  const level = sqrt(u * u + v * v + w * w)
  if (level > 1.08) return -10
  return (1 / max(level, 0.01) - 1) * hypot(x, y, z > 0 ? z : z * 0.3)
}

/** Height of the floor of the skull: three steps from the forehead to the back of the neck. */
function floorAt(x: number, y: number): number {
  const middle = mix(-34, -44, smoothStep(12, 34, abs(x)))
  // The wings of the sphenoid bone bend forward around the temporal lobes.
  const front = mix(middle, -21, smoothStep(-18, -34, y + 0.4 * max(0, abs(x) - 14)))
  return mix(front, -64, smoothStep(4 + abs(x) * 0.42, 20 + abs(x) * 0.42, y))
}

function skullThickness(x: number, y: number, z: number): number {
  return 6 + 2 * smoothStep(40, 90, y) + 1.2 * detailNoise(x / 22, y / 22, z / 22)
}

/** A place in the head, mm. */
interface Place {
  readonly x: number
  readonly y: number
  readonly z: number
  /** Below the skin. */
  readonly depth: number
  /** Of the skull. */
  readonly thickness: number
  /** Above the floor of the skull. */
  readonly above: number
}

function tissueAt({ x, y, z, depth, thickness, above }: Place): number {
  if (depth < 1.6) return hu.skin
  // The vault ends where the face begins.
  const vault = smoothStep(-14, -4, y > -30 ? above + (y > 30 ? 14 : 4) : above - 2)
  const intoBone = depth - scalp
  const intoBrain = intoBone - thickness
  if (intoBrain < 0)
    return mix(softTissue(x, y, z, depth), boneAt(intoBone, thickness), smoothStep(-0.6, 0.6, intoBone) * vault)
  // The floor is a plate of bone, and what is below it belongs to face and neck.
  const plate = 4
  if (above < -plate) return softTissue(x, y, z, depth)
  if (above < 0)
    return mix(softTissue(x, y, z, depth), boneAt(above + plate, plate), smoothStep(-plate, -plate + 1, above))
  const brainDepth = min(intoBrain, above + 2)
  const tissue = y > 18 + abs(x) * 0.1 && z < -16 ? cerebellum(x, y, z, brainDepth) : cerebrum(x, y, z, brainDepth)
  return mix(boneAt(thickness, thickness), tissue, smoothStep(0, 0.9, brainDepth))
}

/** Two dense tables with marrow between. */
function boneAt(into: number, thickness: number): number {
  const fromMiddle = abs(into / thickness - 0.5) * 2
  return mix(hu.diploe, hu.bone, smoothStep(0.25, 0.75, fromMiddle))
}

/** Fat under the skin, muscle at the temples, and muscles with planes of fat between them in face and neck. */
function softTissue(x: number, y: number, z: number, depth: number): number {
  const noise = detailNoise(x / 11, y / 11, z / 16)
  const temple = smoothStep(50, 62, abs(x)) * smoothStep(20, -10, z)
  if (depth < scalp + 2) return mix(hu.fat, hu.muscle, smoothStep(-0.2, 0.25, 0.9 * temple - 0.25 + 0.25 * noise))
  return mix(hu.fat * 0.4, hu.muscle, smoothStep(0.02, 0.16, abs(noise)))
}

/** Gyri: noise near zero is a sulcus, narrower the deeper it goes; gray matter lines it. */
function cerebrum(x: number, y: number, z: number, depth: number): number {
  const white = hu.white + 1.5 * detailNoise(x / 16, y / 16, z / 16)
  if (depth > 24) return white
  const fold = abs(foldNoise(x / 10.5 + 9, y / 10.5, z / 12) + 0.35 * foldNoise(x / 5, y / 5 + 3, z / 6))
  const sulcus = smoothStep(0.1, 0.02, fold - 0.05 * (1 - depth / 13)) * smoothStep(15, 7, depth)
  const ribbon = max(smoothStep(6, 3.5, depth), smoothStep(0.42, 0.24, fold) * smoothStep(22, 12, depth))
  const fluid = max(sulcus * 0.9, smoothStep(2.6, 1.2, depth))
  return mix(mix(white, hu.gray, ribbon), hu.fluid, fluid)
}

/** Finer folds than above. */
function cerebellum(x: number, y: number, z: number, depth: number): number {
  const folia = sin(hypot(x * 0.7, y - 12, (z + 38) * 1.5) * 1.35 + 2 * foldNoise(x / 12, y / 12, z / 12))
  const white = smoothStep(14, 22, depth)
  const fluid = max(smoothStep(3.4, 1.4, depth), smoothStep(0.93, 1, folia) * 0.4 * (1 - white))
  return mix(mix(hu.gray, hu.white + 3, white), hu.fluid, fluid)
}

/** Paints a body with a soft edge, as far as `share` lets it show. */
function paint(image: Float32Array, z: number, body: Body, share: Float32Array): void {
  const { centre, radii, turn = 0, lean = [0, 0], value, edge = 1.5 } = body
  const dz = (z - centre[2]) / radii[2]
  if (abs(z - centre[2]) > radii[2] + edge) return
  const reach = max(radii[0], radii[1]) + edge
  if (abs(z - centre[2]) > radii[2] + edge) return
  const cx = centre[0] + lean[0] * (z - centre[2])
  const cy = centre[1] + lean[1] * (z - centre[2])
  const cosine = cos(turn)
  const sine = sin(turn)
  const smallest = min(...radii)
  forEachPixel(cx, cy, reach, (at, x, y) => {
    const dx = ((x - cx) * cosine + (y - cy) * sine) / radii[0]
    const dy = ((y - cy) * cosine - (x - cx) * sine) / radii[1]
    const outside = (sqrt(dx * dx + dy * dy + dz * dz) - 1) * smallest
    if (outside > edge / 2) return
    const cover = smoothStep(edge / 2, -edge / 2, outside) * (share[at] as number)
    image[at] = mix(image[at] as number, value, cover) // `at` is in the image
  })
}

/** Bubbles of air in the bone behind the ears. */
function drawMastoidCells(image: Float32Array, outside: Float32Array, z: number): void {
  const { centre, radii } = mastoidCells
  for (const side of [-1, 1]) {
    forEachPixel(side * centre[0], centre[1], radii[1], (at, x, y) => {
      const level = hypot((x - side * centre[0]) / radii[0], (y - centre[1]) / radii[1], (z - centre[2]) / radii[2])
      const cell = smoothStep(0.02, 0.3, detailNoise(x / 2.8, y / 2.8, z / 2.8)) * smoothStep(1, 0.8, level)
      image[at] = mix(image[at] as number, hu.air * 0.9, cell * (outside[at] as number))
    })
  }
}

/** The fold of dura between the hemispheres, with the fluid beside it and the great sinus behind. */
function drawFalx(image: Float32Array, brain: Float32Array, z: number): void {
  const low = (y: number) => mix(4, 30, smoothStep(-20, 0, y) * smoothStep(36, 10, y))
  forEachPixel(0, 0, head.y, (at, x, y) => {
    if (abs(x) > 6 || z < low(y) || (abs(y) < 30 && z < 24)) return
    const share = brain[at] as number
    const bend = 0.9 * detailNoise(3, y / 24, z / 24)
    const distance = abs(x - bend)
    const fluid = smoothStep(3.2 + detailNoise(9, y / 7, z / 7) * 1.6, 1, distance) * 0.85
    const dura = smoothStep(1.1, 0.4, distance)
    image[at] = mix(mix(image[at] as number, hu.fluid, fluid * share), hu.falx, dura * share)
  })
}

function addNoise(image: Float32Array, slice: number): void {
  // Every slice sees another part of the texture.
  const shift = slice * 7919
  for (let at = 0; at < image.length; at++) {
    const value = image[at] as number
    const noise = scannerNoise[(at + shift) & (noiseSide * noiseSide - 1)] as number // masked
    image[at] = value + noise * (value < -900 ? noiseDeviation * 1.6 : noiseDeviation)
  }
}

function forEachPixel(cx: number, cy: number, reach: number, visit: (at: number, x: number, y: number) => void): void {
  const column = (x: number) => min(columns - 1, max(0, round((x - origin.x) / pixelSpacing)))
  const row = (y: number) => min(rows - 1, max(0, round((y - origin.y) / pixelSpacing)))
  for (let r = row(cy - reach); r <= row(cy + reach); r++) {
    for (let c = column(cx - reach); c <= column(cx + reach); c++) {
      visit(r * columns + c, origin.x + c * pixelSpacing, origin.y + r * pixelSpacing)
    }
  }
}
