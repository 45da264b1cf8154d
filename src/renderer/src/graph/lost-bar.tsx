import { Button } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { useApp, usePeers, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'

const texts = strings.graph.lost

/** What can be done once no neighbor answers, in a strip that covers nothing: the graph stays as it was, below it. */
export function LostBar() {
  const { ui, picture } = useApp()
  // A moment before we heard the last of anybody all of it was there.
  const heardAt = usePeers(({ status }) => (status.state === 'lost' ? (status.lastHeardAt ?? status.joinedAt) : null))
  // Of a past moment nothing can be done.
  const now = usePicture((state) => state.picture === null)
  if (!now || heardAt === null) return null
  return (
    <section className="ps-graph-note" aria-label={texts.title} data-testid="lost-bar">
      <IconCloudOff size={16} aria-hidden />
      <p>{texts.text}</p>
      <div className="ps-lost-verbs">
        <Button size="compact-xs" onClick={() => ui.setState({ dialog: 'dial' })}>
          {strings.verbs.dial}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => picture.goTo(heardAt)}>
          {texts.asItWas}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => ui.setState({ view: 'bootstrap' })}>
          {texts.bootstrap}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => ui.setState({ dialog: 'leave' })}>
          {texts.leave}
        </Button>
      </div>
    </section>
  )
}
