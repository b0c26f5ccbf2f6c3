/**
 * A command cannot do its work for a reason that the person who started it can do something about: printed as it is,
 * without a stack, with exit status 1.
 */
export class StartError extends Error {}
