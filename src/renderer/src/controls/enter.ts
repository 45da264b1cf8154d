import type { App } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'

/** Runs a call that ends joined or failed, and keeps the failure where the form shows it. Who joins sees Health first. */
export async function enter({ ui }: Pick<App, 'ui'>, call: () => Promise<unknown>): Promise<void> {
  if (ui.getState().busy) return
  ui.setState({ busy: true, joinFailure: null, view: 'health' })
  try {
    await call()
    ui.setState({ draft: null })
  } catch (thrown) {
    ui.setState({ joinFailure: describeFailure(thrown) })
  } finally {
    ui.setState({ busy: false })
  }
}
