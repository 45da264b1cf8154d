import { expect, test } from 'vitest'
import { colouring } from '../../../../src/renderer/src/graph/colours.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

test('each state has a colour of its own and a place in the legend, where its peers are switched off and on', () => {
  const rows = (['online', 'stored', 'departed', 'purged', 'removed', 'displaced'] as const).map((state, index) =>
    peerRow(index, { state }),
  )
  for (const scheme of ['dark', 'light'] as const) {
    const states = colouring('state', rows, scheme)
    const used = rows.map((row) => states.groupOf(row))
    expect(states.groups.map(({ group }) => group)).toEqual(expect.arrayContaining(used))
    expect(new Set(used.map((group) => states.colourOf(group))).size).toBe(used.length)
  }
})
