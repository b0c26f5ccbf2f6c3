import type { CharacterSet } from '../character-set.ts'
import type { Attribute, Dataset } from '../dataset.ts'
import type { Tag } from '../tag.ts'

/** A data set or item being built, and what its values are read with. */
export class ModelScope {
  readonly parent: ModelScope | undefined
  characterSet: CharacterSet
  /** Of this data set alone; see `pixelRepresentation`. */
  ownPixelRepresentation: number | undefined
  readonly #attributes: Record<Tag, Attribute> = {}
  #lastTag: Tag = ''
  #ascending = true

  constructor(characterSet: CharacterSet, parent?: ModelScope) {
    this.characterSet = characterSet
    this.parent = parent
  }

  /** "US or SS" follows the Pixel Representation of the data set or, in an item without one, of those around it. */
  get pixelRepresentation(): number | undefined {
    let scope: ModelScope | undefined = this
    while (scope !== undefined && scope.ownPixelRepresentation === undefined) scope = scope.parent
    return scope?.ownPixelRepresentation
  }

  /** Adds an attribute. A later one of the same tag replaces it. Answers what is wrong with its place. */
  add(tag: Tag, attribute: Attribute): string | undefined {
    const ascends = tag > this.#lastTag
    this.#lastTag = tag
    if (ascends) {
      this.#attributes[tag] = attribute
      return undefined
    }
    const twice = Object.hasOwn(this.#attributes, tag)
    this.#ascending = false
    this.#attributes[tag] = attribute
    return twice ? 'The attribute occurs twice' : 'The attribute is out of order'
  }

  /** Replaces an attribute that is there already. */
  replace(tag: Tag, attribute: Attribute): void {
    this.#attributes[tag] = attribute
  }

  dataset(): Dataset {
    if (this.#ascending) return this.#attributes
    return Object.fromEntries(Object.entries(this.#attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
