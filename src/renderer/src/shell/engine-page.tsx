import { Button, Group, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { EngineFailure } from '../../../shared/desktop-binding.ts'
import { copyText, tellFailure } from '../controls/verbs.ts'
import { useApp, useEngine } from '../stores/app-context.tsx'
import { Boundary } from '../ui/boundary.tsx'
import { takeFocus } from '../ui/focus.ts'
import { sentence } from '../ui/errors.ts'
import { strings } from '../ui/strings.ts'

/** Longer names are cut on a button, characters. */
const MAX_NAME = 32

/** The window, or where the desktop app's engine does not run: why, and what to do. */
export function EngineGate({ children }: { readonly children: ReactNode }) {
  const failure = useEngine((state) => state.failure)
  if (failure === null) return children
  return (
    <Boundary>
      <EnginePage failure={failure} />
    </Boundary>
  )
}

function EnginePage({ failure }: { readonly failure: EngineFailure }) {
  const { desktop } = useApp()
  const starting = useEngine((state) => state.starting)
  const text = strings.engine
  const stopped = failure.while === 'running'
  const restart = (rejoin: boolean): void => {
    desktop?.restartEngine({ rejoin }).catch(tellFailure)
  }
  return (
    <main className="ps-engine">
      <div className="ps-card">
        <div role="alert">
          <Title order={1} fz={20}>
            <IconAlertTriangle size={20} aria-hidden /> {stopped ? text.stoppedTitle : text.notStartedTitle}
          </Title>
          <p>{stopped ? text.stopped : text.notStarted}</p>
          <p className="ps-engine-words">{sentence(failure.message)}</p>
          <p>{text.hints[failure.code] ?? (stopped ? text.stoppedHint : text.notStartedHint)}</p>
        </div>
        <Group gap="sm" mt="md">
          <Button ref={takeFocus} loading={starting} onClick={() => restart(true)}>
            {restartWords(failure)}
          </Button>
          {failure.rejoin === null || !stopped ? null : (
            <Button variant="default" disabled={starting} onClick={() => restart(false)}>
              {text.withoutJoin}
            </Button>
          )}
          <Button variant="default" onClick={() => void copyText(failure.details)}>
            {text.copy}
          </Button>
          <Button variant="default" onClick={() => void desktop?.openLogs().catch(tellFailure)}>
            {text.openLogs}
          </Button>
        </Group>
        <output>{starting ? text.starting : ''}</output>
        <details>
          <summary>{text.details}</summary>
          <pre className="ps-mono">{failure.details}</pre>
        </details>
      </div>
    </main>
  )
}

function restartWords({ rejoin, while: during }: EngineFailure): string {
  const text = strings.engine
  if (during === 'starting') return text.tryAgain
  if (rejoin === null) return text.restart
  if (rejoin.kind === 'demo') return text.redemo
  const { name } = rejoin
  return text.rejoin(name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name)
}
