/** Who the peers of the demo are: the same ones each time, so that the story is the same. */
import { createHash } from 'node:crypto'

const REGIONS = ['eu-west', 'us-east', 'ap-south', 'eu-north', 'us-west', 'sa-east']
const ROLES = ['validator', 'archive', 'validator', 'light', 'relay', 'validator', 'light']
const CLIENTS = ['client:1.4.2', 'client:1.4.0', 'client:1.4.2', 'client:1.5.0-rc1']

/** The secret of a peer. Anyone can make it: that is no harm, the demo's network has a new random name each time. */
export function secretOf(seed: number, place: number): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`Peerscope demo ${seed} ${place}`).digest())
}

/** The tags of a peer: a region, a role, a version, and sometimes one more. */
export function tagsOf(place: number): readonly string[] {
  const at = (values: readonly string[]): string => values[place % values.length] ?? ''
  const tags = [`region:${at(REGIONS)}`, `role:${at(ROLES)}`, at(CLIENTS)]
  return place % 5 === 3 ? [...tags, 'beta'] : tags
}
