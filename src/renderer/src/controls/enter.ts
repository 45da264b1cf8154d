import type { App } from '../stores/app-context.tsx'
import type { UiState, View } from '../stores/ui-store.ts'
import { describeFailure } from '../ui/errors.ts'

/** Views of a network: the join page stands in their place while none is joined. */
const OF_NETWORK: readonly View[] = ['health', 'network', 'peers', 'timeline']

/** What who joins sees first: Health, unless a link led to another view that waits for a network. */
export function viewToJoin({ view, linkedView }: Pick<UiState, 'view' | 'linkedView'>): View {
  return view === linkedView && OF_NETWORK.includes(view) ? view : 'health'
}

/** Runs a call that ends joined or failed, and keeps the failure where the form shows it. */
export async function enter({ ui }: Pick<App, 'ui'>, call: () => Promise<unknown>): Promise<void> {
  if (ui.getState().busy) return
  ui.setState({ busy: true, joinFailure: null, view: viewToJoin(ui.getState()) })
  try {
    await call()
    ui.setState({ draft: null })
  } catch (thrown) {
    ui.setState({ joinFailure: describeFailure(thrown) })
  } finally {
    ui.setState({ busy: false })
  }
}
