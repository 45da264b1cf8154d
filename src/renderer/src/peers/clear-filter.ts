import type { App } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'

/** Empties the filter, and offers to have it back. Nothing where it is empty. */
export function clearFilter({ ui }: Pick<App, 'ui'>): void {
  const { filter } = ui.getState()
  if (filter === '') return
  ui.setState({ filter: '' })
  if (filter.trim() !== '') tellUndo(strings.filter.cleared(filter), strings.peers.undo, () => ui.setState({ filter }))
}
