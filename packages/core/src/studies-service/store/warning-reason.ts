/**
 * What was noticed of an instance that was stored.
 * @see PS3.18 Table I.2-1
 */
export const warningReasons = {
  coercionOfDataElements: { code: 0xb000, meaning: 'Coercion of Data Elements' },
  elementsDiscarded: { code: 0xb006, meaning: 'Elements Discarded' },
  dataSetDoesNotMatchSopClass: { code: 0xb007, meaning: 'Data Set does not match SOP Class' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>
