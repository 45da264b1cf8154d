import { Button, SegmentedControl, Stack, Switch, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { DesktopSettings, DesktopState } from '../../../shared/desktop-binding.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useApp } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'

const CLOSE = ['ask', 'tray', 'quit'] as const

/** Settings of the desktop app itself; nothing in a browser. */
export function DesktopCard() {
  const { desktop, settings: store } = useApp()
  const updates = useStore(store, ({ settings: kept }) => kept?.updates)
  const [state, setState] = useState<DesktopState | null>(null)
  const text = strings.desktop
  useEffect(() => {
    const load = (): void => void desktop?.state().then(setState, tellFailure)
    load()
    // A tray may have come meanwhile, such as with an extension of the desktop.
    window.addEventListener('focus', load)
    return () => window.removeEventListener('focus', load)
  }, [desktop])
  if (desktop === null || state === null) return null
  const change = (changes: Partial<DesktopSettings>): void => {
    desktop.change(changes).then(setState, tellFailure)
  }
  const { settings, tray, login, keychain, accelerated, sandboxed, logFile } = state
  const restarts = settings.hardwareAcceleration !== accelerated
  return (
    <section className="ps-group" aria-label={text.title}>
      <h2>{text.title}</h2>
      <p>{text.note}</p>
      <Stack gap="md">
        <Switch
          label={text.startAtLogin}
          description={login ? text.startAtLoginHelp : text.noLogin}
          disabled={!login}
          checked={settings.startAtLogin}
          onChange={(event) => change({ startAtLogin: event.currentTarget.checked })}
        />
        <Switch
          label={text.startHidden}
          description={tray ? text.startHiddenHelp : text.noTrayStart}
          disabled={!tray}
          checked={settings.startHidden}
          onChange={(event) => change({ startHidden: event.currentTarget.checked })}
        />
        <div>
          <Text fz="sm" mb={4}>
            {text.close}
          </Text>
          <SegmentedControl
            aria-label={text.close}
            disabled={!tray}
            value={tray ? settings.closeToTray : 'quit'}
            onChange={(closeToTray) => change({ closeToTray })}
            data={CLOSE.map((value) => ({ value, label: text.closeChoices[value] }))}
          />
          {tray ? null : (
            <Text fz="xs" c="dimmed" mt={4}>
              {text.noTrayClose}
            </Text>
          )}
        </div>
        <Switch
          label={text.updates}
          description={text.updatesHelp}
          checked={updates === 'on'}
          onChange={(event) => {
            store.save({ updates: event.currentTarget.checked ? 'on' : 'off' }).catch(tellFailure)
          }}
        />
        <div>
          <Switch
            label={text.acceleration}
            description={text.accelerationHelp}
            checked={settings.hardwareAcceleration}
            onChange={(event) => change({ hardwareAcceleration: event.currentTarget.checked })}
          />
          {restarts ? (
            <Button
              variant="default"
              size="xs"
              mt="xs"
              ml={50}
              onClick={() => void desktop.restart().catch(tellFailure)}
            >
              {text.restart}
            </Button>
          ) : null}
        </div>
        <div>
          <Text fz="sm">{text.log}</Text>
          <Text fz="xs" c="dimmed" className="ps-mono" style={{ overflowWrap: 'anywhere' }}>
            {logFile}
          </Text>
          <Button variant="default" size="xs" mt="xs" onClick={() => void desktop.openLogs().catch(tellFailure)}>
            {text.openLogs}
          </Button>
        </div>
        {sandboxed ? null : <Text fz="sm">{text.noSandbox}</Text>}
        <Text fz="sm" c="dimmed">
          {keychain ? text.keychain : text.noKeychain}
        </Text>
      </Stack>
    </section>
  )
}
