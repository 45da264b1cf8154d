import { expect, test } from 'vitest'
import { enter, viewToJoin } from '../../../../src/renderer/src/controls/enter.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'

test('who joins sees Health, whatever was looked at before, and stays where they go meanwhile', async () => {
  const ui = createUiStore()
  for (const view of ['network', 'settings'] as const) {
    ui.setState({ view })
    await enter({ ui }, () => Promise.resolve(expect(ui.getState().view).toBe('health')))
    expect(ui.getState()).toMatchObject({ view: 'health', busy: false, joinFailure: null })
  }
  await enter({ ui }, async () => ui.setState({ view: 'bootstrap' }))
  expect(ui.getState().view).toBe('bootstrap')
  await enter({ ui }, () => Promise.reject(new Error('no such address')))
  expect(ui.getState()).toMatchObject({ view: 'health', joinFailure: { message: 'no such address' } })
})

test('who followed a link to another view while nothing was joined sees that view', async () => {
  const ui = createUiStore()
  ui.setState({ view: 'peers', linkedView: 'peers' })
  await enter({ ui }, () => Promise.resolve())
  expect(ui.getState().view).toBe('peers')
  // Not where they went elsewhere meanwhile, nor where no network is needed for it: that was seen.
  expect(viewToJoin({ view: 'timeline', linkedView: 'peers' })).toBe('health')
  expect(viewToJoin({ view: 'settings', linkedView: 'settings' })).toBe('health')
})
