import { Button } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { useApp, usePeers, usePicture } from '../stores/app-context.tsx'
import { useCover } from './covers.tsx'
import { strings } from '../ui/strings.ts'

const texts = strings.graph.lost

/** What can be done once no neighbor answers. The graph stays as it was, behind it. */
export function LostCard() {
  const { ui, picture } = useApp()
  const cover = useCover('left')
  // A moment before we heard the last of anybody all of it was there.
  const heardAt = usePeers(({ status }) => (status.state === 'lost' ? (status.lastHeardAt ?? status.joinedAt) : null))
  // Of a past moment nothing can be done.
  const now = usePicture((state) => state.picture === null)
  if (!now || heardAt === null) return null
  return (
    <section ref={cover} className="ps-edge-card ps-lost-card" aria-label={texts.title} data-testid="lost-card">
      <header>
        <IconCloudOff size={16} aria-hidden />
        <span>{texts.title}</span>
      </header>
      <p>{texts.text}</p>
      <div className="ps-lost-verbs">
        <Button size="xs" onClick={() => ui.setState({ dialog: 'dial' })}>
          {strings.verbs.dial}
        </Button>
        <Button size="xs" variant="default" onClick={() => picture.goTo(heardAt)}>
          {texts.asItWas}
        </Button>
        <Button size="xs" variant="default" onClick={() => ui.setState({ view: 'bootstrap' })}>
          {texts.bootstrap}
        </Button>
        <Button size="xs" variant="default" onClick={() => ui.setState({ dialog: 'leave' })}>
          {texts.leave}
        </Button>
      </div>
    </section>
  )
}
