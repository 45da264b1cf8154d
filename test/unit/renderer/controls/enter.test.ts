import { expect, test } from 'vitest'
import { enter } from '../../../../src/renderer/src/controls/enter.ts'
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
