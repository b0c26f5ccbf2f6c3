/** Media types of files around a codestream of the JPEG 2000 family. */
export const jpeg2000MediaTypes = ['image/jp2', 'image/jph'] as const

/** Media types of PS3.18 Table 8.7.4-1 that single images are written in, and WebP, which browsers ask for. */
export const imageMediaTypes: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  ...jpeg2000MediaTypes,
]

/** Media types of several frames: animations. */
export const animationMediaTypes = ['image/gif', 'image/webp'] as const
