/**
 * OHIF is built to lie at the root of an origin. These are the places of the build that say so, by kind of file; each
 * match's `/` at the end of group 1 becomes the path that the viewer lies under.
 */
const rootPaths: Readonly<Record<string, readonly RegExp[]>> = {
  '.html': [/(window\.PUBLIC_URL=")\//g, /(\s(?:href|src|content)=")\/(?!\/)/g],
  '.js': [/(__webpack_require__\.p = ")\//g, /(['"])\/(?=dicom-microscopy-viewer\/)/g],
  '.css': [/(url\(['"]?)\/(?!\/)/g],
  '.json': [/("src": ")\//g],
}

/** Whether files of this extension need rewriting. */
export function hasRootPaths(extension: string): boolean {
  return Object.hasOwn(rootPaths, extension)
}

/**
 * Makes a file of the build work under `base`.
 * @param base with a slash at either end: `/viewer/`
 */
export function rewriteRootPaths(text: string, extension: string, base: string): string {
  return (rootPaths[extension] ?? []).reduce(
    (rewritten, place) => rewritten.replace(place, (_, before) => `${before}${base}`),
    text,
  )
}

/** Differs whenever rewritten files may differ: keeps caches of an earlier release from being used. */
export function rewriteFingerprint(base: string): string {
  const places = Object.entries(rootPaths).map(([extension, patterns]) => `${extension}:${patterns.map(String).join()}`)
  return `${places.join('\n')}\n${base}`
}
