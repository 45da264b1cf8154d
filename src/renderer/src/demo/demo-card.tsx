import { ActionIcon, Button } from '@mantine/core'
import { IconArrowRight, IconPlayerSkipBack, IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import { nickname } from '../../../shared/nickname.ts'
import { tellFailure } from '../controls/verbs.ts'
import { showEvidence } from '../health/open-evidence.ts'
import { ALL_EVENTS } from '../stores/event-store.ts'
import type { App } from '../stores/app-context.tsx'
import { useApp, useLink, usePeers, usePicture, useUi } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { storyWords } from './story.ts'
import type { LookAt } from './story.ts'

/** Where the demo's story is, and what to look at: a strip at the end of the window, which lies over nothing. */
export function DemoCard() {
  const app = useApp()
  const story = usePeers(({ status }) => ('story' in status ? status.story : null))
  const network = usePeers(({ status }) => ('network' in status ? status.network.id : null))
  const ended = useLink((link) => link.state === 'ended')
  const live = useLink((link) => link.state === 'live')
  const file = usePicture(({ picture }) => picture?.kind === 'file')
  const hidden = useUi((ui) => ui.storyHidden)
  const connected = usePeers(({ status }) => status.state === 'online')
  const shown = !(story === null || ended || file || hidden === network)
  useSeen(app, shown && live)
  if (!shown || story === null) return null
  const text = strings.demo
  const words = storyWords(story, nickname)
  const { before, next } = words
  const sentence = connected ? words.sentence : text.waits
  const play = (chapter: number): void => void app.client.network.story({ chapter }).catch(tellFailure)
  return (
    <section className="ps-demo" aria-label={text.label} data-beat={story.beat}>
      <div className="ps-demo-words" aria-live="polite" aria-atomic>
        <strong>{words.title}</strong> <span>{sentence}</span>
      </div>
      <div className="ps-demo-buttons">
        <Button
          size="compact-xs"
          rightSection={<IconArrowRight size={13} aria-hidden />}
          onClick={() => lookAt(app, words.lookAt)}
        >
          {words.look}
        </Button>
        {before === null ? null : (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={text.back}
            title={text.back}
            onClick={() => play(before)}
          >
            <IconPlayerSkipBack size={14} />
          </ActionIcon>
        )}
        <Button size="compact-xs" variant="default" onClick={() => play(next ?? 1)}>
          {next === null ? text.again : text.skip}
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={text.hide}
          title={text.hide}
          onClick={() => app.ui.setState({ storyHidden: network })}
        >
          <IconX size={14} />
        </ActionIcon>
      </div>
    </section>
  )
}

/** This window, among those that tell whether they are seen. */
const WINDOW = crypto.getRandomValues(new Uint32Array(3)).join('-')

/** Has the story wait while nobody sees it. Told again after the connection was lost: the engine forgets it then. */
function useSeen({ client }: Pick<App, 'client'>, telling: boolean): void {
  useEffect(() => {
    if (!telling) return undefined
    // Without a connection the story waits anyway.
    const say = (): void => void client.network.story({ seen: !document.hidden, window: WINDOW }).catch(() => undefined)
    say()
    document.addEventListener('visibilitychange', say)
    return () => document.removeEventListener('visibilitychange', say)
  }, [client, telling])
}

function lookAt(app: App, where: LookAt): void {
  if (where !== 'health') return showEvidence(app, where)
  if (app.picture.getState().wanted !== null) app.picture.leave()
  app.events.setFilter(ALL_EVENTS)
  app.ui.setState({ view: 'health', filter: '', selected: null })
}
