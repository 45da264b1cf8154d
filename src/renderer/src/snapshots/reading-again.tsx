import { useApp, useFiles } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { Working } from './files-card.tsx'

/** Stands in place of the views until a file that was looked at before the window was loaded again is shown. */
export function ReadingAgain({ name }: { readonly name: string }) {
  const { files } = useApp()
  const work = useFiles((state) => state.work)
  const what = strings.snapshots.reading(name)
  // What runs may be about another file: then this one waits for it.
  const shown = work?.what === what ? work : { what, step: null }
  return (
    <div className="ps-empty" style={{ flex: 1, alignContent: 'center' }} data-testid="reading-again">
      <Working work={shown} onCancel={() => files.cancelAgain()} />
    </div>
  )
}
