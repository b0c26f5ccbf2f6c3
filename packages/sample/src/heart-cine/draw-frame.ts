import { createNoiseTexture, createSpaceNoise, mix, smoothStep } from '../noise.ts'

/** Called millions of times: a local name is found faster than one of the global object. */
const { abs, atan2, cos, exp, floor, hypot, max, min, round, sin } = Math

/** The cine: one heart beat that repeats. */
export const cine = { columns: 272, rows: 204, frames: 24, frameTime: 42 } as const

const { columns, rows, frames } = cine
/** Where the beam starts, and how far it reaches, pixels. */
export const sector = { x: 136, y: 10, depth: 166, halfAngle: 0.66 } as const
const traceTop = 178
const traceHeight = 20

const speckleSide = 256
const speckle = createNoiseTexture(speckleSide, 5)
const wallNoise = createSpaceNoise(11)

/** Red, green, blue. */
type Colour = readonly [number, number, number]

/** Draws frame `frame` (from 0): a heart from its tip, blood flow in colour, and the trace below. RGB, row by row. */
export function drawFrame(frame: number): Buffer {
  const image = Buffer.alloc(columns * rows * 3)
  const phase = frame / frames
  for (let y = sector.y; y < traceTop - 2; y++) {
    for (let x = 0; x < columns; x++) {
      const colour = tissueColour(x, y, phase)
      if (colour !== undefined) setPixel(image, x, y, colour)
    }
  }
  drawTrace(image, phase)
  return image
}

/** How far the chambers are squeezed, 0 to 1: a quick systole in the first third of the beat. */
function squeeze(phase: number): number {
  return phase < 0.36 ? sin((phase / 0.36) * Math.PI) ** 2 : 0
}

function tissueColour(x: number, y: number, phase: number): Colour | undefined {
  const dx = x - sector.x
  const dy = y - sector.y
  const range = hypot(dx, dy)
  const angle = atan2(dx, dy)
  if (range > sector.depth || range < 4 || abs(angle) > sector.halfAngle) return undefined
  const systole = squeeze(phase)
  const { echo, blood } = echoAt(dx, dy, systole)
  // Speckle lies along the beam, wider the deeper.
  const grain = speckleAt(range * 1.25, (angle * 150) / (0.7 + range / 240), phase)
  const fade =
    smoothStep(sector.depth, sector.depth - 5, range) *
    smoothStep(sector.halfAngle, sector.halfAngle - 0.02, abs(angle))
  const gray = min(255, max(0, echo * (0.75 + 0.33 * grain) * mix(1.1, 0.75, range / sector.depth)) * fade)
  const flow = flowAt(dx, dy, phase) * blood * fade
  if (abs(flow) < 0.14) return [gray, gray, gray]
  const strength = min(1, abs(flow) * (0.8 + 0.25 * grain))
  // Towards the probe is red, away is blue; the fastest turn yellow and cyan.
  return flow > 0
    ? [90 + 165 * strength, 200 * strength ** 2.2, 20 * strength]
    : [20 * strength, 190 * strength ** 2.2, 90 + 165 * strength]
}

/** Brightness of the tissue, and 1 inside the chambers. Four chambers: ventricles above, atria below, valves between. */
function echoAt(dx: number, dy: number, systole: number): { echo: number; blood: number } {
  const ring = 104 + 7 * systole * -1
  const left = chamber(dx - 23, dy - 62, 21 - 6 * systole, 40 - 7 * systole, 0.12)
  const right = chamber(dx + 23, dy - 66, 16 - 4 * systole, 34 - 6 * systole, -0.22)
  const leftAtrium = chamber(dx - 24, dy - 130, 21 + 3 * systole, 22 + 4 * systole, 0)
  const rightAtrium = chamber(dx + 24, dy - 130, 19 + 3 * systole, 21 + 4 * systole, 0)
  const nearest = min(left, right, leftAtrium, rightAtrium)
  const blood = smoothStep(1.2, -1.2, nearest)
  const texture = wallNoise(dx / 8, dy / 8, 3)
  // Walls are bright near the chambers; outside the heart lies the grayer lung and sac.
  const wall = mix(150 + 40 * texture, 62 + 34 * texture, smoothStep(6, 17, nearest))
  const sac = 205 * smoothStep(2.4, 0.6, abs(nearest - 14 - 2 * texture))
  const valve = valveAt(dx - 23, dy - ring, systole, 20) + valveAt(dx + 23, dy - ring, systole, 16)
  const echo = mix(max(wall, sac * 0.8), 10, blood)
  return { echo: min(255, echo + 190 * min(1, valve)), blood: blood * (1 - min(1, valve)) }
}

/** About the distance from the wall of an ellipse, pixels; below 0 inside. */
function chamber(dx: number, dy: number, a: number, b: number, turn: number): number {
  const u = (dx * cos(turn) + dy * sin(turn)) / a
  const v = (dy * cos(turn) - dx * sin(turn)) / b
  return (hypot(u, v) - 1) * min(a, b)
}

/** Two leaflets: closed in systole, open like doors into the ventricle otherwise. */
function valveAt(dx: number, dy: number, systole: number, width: number): number {
  const opened = 1 - smoothStep(0.02, 0.25, systole)
  const along = abs(dx) / width
  if (along > 1) return 0
  const line = -opened * 17 * (1 - along) ** 1.4 - 2 * (1 - along)
  return smoothStep(1.7, 0.5, abs(dy - line)) * (along > 0.12 || opened < 0.2 ? 1 : 0)
}

/** Flow along the beam, -1 to 1: into the ventricle in diastole, out of it in systole, and a small leak back. */
function flowAt(dx: number, dy: number, phase: number): number {
  const filling = phase > 0.42 ? sin(((phase - 0.42) / 0.58) * Math.PI) ** 2 * (phase < 0.75 ? 1 : 0.7) : 0
  const jet = (x: number, y: number, a: number, b: number) => exp(-((x / a) ** 2) - (y / b) ** 2)
  const inflow = filling * (1.15 * jet(dx - 23, dy - 92, 9, 32) + 0.7 * jet(dx + 23, dy - 96, 7, 26))
  const outflow = squeeze(phase) * 1.1 * jet(dx - 14, dy - 76, 8, 26)
  const leak = squeeze(phase) * 0.9 * jet(dx - 24, dy - 121, 3.4, 15)
  return inflow - outflow - leak
}

function speckleAt(u: number, v: number, phase: number): number {
  const shift = floor(phase * 6) * 41
  const at = (floor(v + 128) & (speckleSide - 1)) * speckleSide + ((floor(u) + shift) & (speckleSide - 1))
  return speckle[at] as number // masked
}

/** An electrocardiogram of two beats, with a marker at this frame. */
function drawTrace(image: Buffer, phase: number): void {
  const height = (x: number) => traceTop + traceHeight * (0.72 - 0.62 * heartVoltage((x / columns) * 2))
  for (let x = 0; x < columns; x++) {
    const [from, to] = [height(x), height(x + 1)].sort((a, b) => a - b) as [number, number] // two in, two out
    for (let y = round(from); y <= round(to); y++) setPixel(image, x, y, [70, 220, 120])
  }
  const marker = round((phase * columns) / 2)
  for (let y = traceTop; y < traceTop + traceHeight + 4; y++) setPixel(image, marker, y, [250, 200, 60])
}

/** P, QRS and T waves of a beat that begins with its QRS at a whole number. */
function heartVoltage(beats: number): number {
  const t = ((beats % 1) + 1) % 1
  const wave = (at: number, width: number) => exp(-(((t - at) / width) ** 2))
  return (
    wave(0.06, 0.012) -
    0.22 * wave(0.035, 0.01) -
    0.3 * wave(0.088, 0.012) +
    0.24 * wave(0.32, 0.045) +
    0.13 * wave(0.87, 0.03)
  )
}

function setPixel(image: Buffer, x: number, y: number, [red, green, blue]: Colour): void {
  if (x < 0 || y < 0 || x >= columns || y >= rows) return
  const at = (y * columns + x) * 3
  image[at] = red
  image[at + 1] = green
  image[at + 2] = blue
}
