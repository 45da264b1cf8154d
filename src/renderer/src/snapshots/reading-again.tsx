import { useApp, useFiles } from '../stores/app-context.tsx'
import type { LookedFile } from './files-store.ts'
import { strings } from '../ui/strings.ts'
import { Working } from './files-card.tsx'

/** Stands in place of the views until a file that was looked at before the window was loaded again is shown. */
export function ReadingAgain({ again }: { readonly again: LookedFile }) {
  const { files } = useApp()
  const work = useFiles((state) => state.work)
  // What runs may be about another file: then this one waits for it.
  const shown = work?.held.file === again.file ? work : { what: strings.snapshots.reading(again.name), step: null }
  return (
    <div className="ps-empty" style={{ flex: 1, alignContent: 'center' }} data-testid="reading-again">
      <Working work={shown} onCancel={() => files.cancelAgain()} />
    </div>
  )
}
