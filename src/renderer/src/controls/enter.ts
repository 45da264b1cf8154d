import type { App } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'

/** Runs a call that ends joined or failed, and keeps the failure where the form shows it. */
export async function enter({ ui }: App, call: () => Promise<unknown>): Promise<void> {
  if (ui.getState().busy) return
  ui.setState({ busy: true, joinFailure: null })
  try {
    await call()
    ui.setState({ draft: null, view: ui.getState().view === 'settings' ? 'health' : ui.getState().view })
  } catch (thrown) {
    ui.setState({ joinFailure: describeFailure(thrown) })
  } finally {
    ui.setState({ busy: false })
  }
}
