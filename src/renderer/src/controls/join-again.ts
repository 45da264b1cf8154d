import type { RecentNetwork } from '../../../shared/contract.ts'
import type { App } from '../stores/app-context.tsx'
import { enter, viewToJoin } from './enter.ts'
import { draftOf, requestOf } from './join-draft.ts'

/** Joins a network as it was joined before. Its form is filled in: what fails is told and mended there. */
export function joinAgain(app: App, network: RecentNetwork): void {
  const draft = draftOf(network)
  app.picture.leave()
  app.ui.setState({ draft, joinFailure: null, joinKind: draft.kind, view: viewToJoin(app.ui.getState()) })
  const request = requestOf(draft)
  if (request.ok) void enter(app, () => app.client.network.join(request.input))
}
