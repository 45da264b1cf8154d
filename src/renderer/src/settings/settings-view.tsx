import { Button, Group, SegmentedControl, Switch, TagsInput, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { CostCard } from '../alerts/cost-card.tsx'
import { APP_CONFIG, CONFIG_FIELDS } from '../../../shared/config.ts'
import type { ConfigField } from '../../../shared/config.ts'
import type { Settings } from '../../../shared/contract.ts'
import { parseAddresses, tagsError } from '../controls/join-form.ts'
import { tell, tellFailure, useTheme } from '../controls/verbs.ts'
import { useApp, useSettings } from '../stores/app-context.tsx'
import { BELOW } from '../ui/below.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { CopyLine, FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { DesktopCard } from './desktop-card.tsx'
import { IdentityCard } from './identity-card.tsx'
import { NamesCard } from './names-card.tsx'
import { StorageCard } from './storage-card.tsx'
import { configTexts, fieldHelp, fieldLabel, overrideWords, readConfig } from './config-form.ts'
import type { ConfigResult, ConfigTexts } from './config-form.ts'

/** What outlives a run. Each part says when a change acts. */
export function SettingsView() {
  const { settings: store } = useApp()
  const settings = useSettings((state) => state.settings)
  useEffect(() => {
    if (settings === null) store.load().catch(tellFailure)
  }, [store, settings])
  return (
    <div className="ps-page">
      <div className="ps-page-inner">
        <Title order={1} fz={22} mb="lg">
          {strings.settings.title}
        </Title>
        {settings === null ? (
          <Text c="dimmed">{strings.settings.loading}</Text>
        ) : (
          <>
            <Appearance settings={settings} />
            <IdentityCard />
            <JoinSettings settings={settings} />
            <NamesCard />
            <StorageCard settings={settings} />
            <DesktopCard />
            <CostCard />
            <About />
          </>
        )}
      </div>
    </div>
  )
}

function Part({
  title,
  note,
  children,
}: {
  readonly title: string
  readonly note?: string
  readonly children: ReactNode
}) {
  return (
    <section className="ps-group" aria-label={title}>
      <h2>{title}</h2>
      {note === undefined ? null : <p>{note}</p>}
      {children}
    </section>
  )
}

const THEMES: readonly Settings['theme'][] = ['system', 'dark', 'light']

function Appearance({ settings }: { readonly settings: Settings }) {
  const { set } = useTheme()
  return (
    <Part title={strings.settings.appearance} note={strings.settings.now}>
      <SegmentedControl
        aria-label={strings.settings.theme}
        value={settings.theme}
        onChange={set}
        data={THEMES.map((value) => ({ value, label: strings.settings.themes[value] }))}
      />
    </Part>
  )
}

function JoinSettings({ settings }: { readonly settings: Settings }) {
  const { settings: store } = useApp()
  const [listen, setListen] = useState(settings.listen.join('\n'))
  const [tags, setTags] = useState<string[]>([...settings.tags])
  const [texts, setTexts] = useState<ConfigTexts>(() => configTexts(settings.config))
  const [failed, setFailed] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const overridden = useSettings((state) => state.info?.overridden)
  const addresses = parseAddresses(listen)
  const badTags = tagsError(tags)
  const config = readConfig(texts)
  const save = async (): Promise<void> => {
    if (!addresses.ok || badTags !== null || !config.ok) return
    setBusy(true)
    setFailed(null)
    try {
      const saved = await store.save({ listen: [...addresses.addresses], tags, config: { ...config.config } })
      setTexts(configTexts(saved.config))
      tell(strings.settings.saved)
    } catch (thrown) {
      setFailed(describeFailure(thrown))
    }
    setBusy(false)
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Part title={strings.settings.network} note={strings.settings.nextJoin}>
        <div className="ps-settings-grid">
          <Textarea
            label={strings.settings.listen}
            description={<Described text={strings.settings.listenHelp} run={listenRun(overridden?.listen ?? null)} />}
            inputWrapperOrder={BELOW}
            rows={3}
            spellCheck={false}
            value={listen}
            error={addresses.ok ? null : addresses.error}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
            onChange={(event) => setListen(event.currentTarget.value)}
          />
          <TagsInput
            label={strings.settings.tags}
            description={strings.settings.tagsHelp}
            inputWrapperOrder={BELOW}
            value={tags}
            error={badTags}
            onChange={setTags}
          />
        </div>
      </Part>
      <Part title={strings.settings.discovery} note={strings.settings.nextJoin}>
        <div className="ps-settings-grid">
          {CONFIG_FIELDS.map((field) => (
            <Field key={field.name} field={field} texts={texts} result={config} onChange={setTexts} />
          ))}
        </div>
        {config.ok || config.whole === '' ? null : (
          <Text c="var(--mantine-color-error)" fz="sm" mt="sm" role="alert">
            {config.whole}
          </Text>
        )}
        {failed === null ? null : <FailureText failure={failed} />}
        <Group mt="lg">
          <Button type="submit" loading={busy} disabled={!addresses.ok || badTags !== null || !config.ok}>
            {strings.settings.save}
          </Button>
          <Button variant="default" onClick={() => setTexts(configTexts(APP_CONFIG))}>
            {strings.settings.reset}
          </Button>
        </Group>
      </Part>
    </form>
  )
}

/** What a setting is, and what it is in this run where a flag overrides it. */
function Described({ text, run }: { readonly text: string; readonly run: string | null }) {
  return (
    <>
      {text}
      {run === null ? null : (
        <strong className="ps-this-run" data-overridden>
          {run}
        </strong>
      )}
    </>
  )
}

function listenRun(listen: readonly string[] | null): string | null {
  return listen === null ? null : strings.settings.thisRun(listen.join(', '), 'listen')
}

function Field(props: {
  readonly field: ConfigField
  readonly texts: ConfigTexts
  readonly result: ConfigResult
  readonly onChange: (texts: ConfigTexts) => void
}) {
  const { field, texts, result } = props
  const overridden = useSettings((state) => state.info?.overridden.config)
  const description = <Described text={fieldHelp(field)} run={overrideWords(field, overridden ?? {})} />
  const change = (text: string): void => props.onChange({ ...texts, [field.name]: text })
  if (field.type === 'boolean') {
    return (
      <Switch
        label={fieldLabel(field)}
        description={description}
        checked={texts[field.name] === 'true'}
        onChange={(event) => change(String(event.currentTarget.checked))}
      />
    )
  }
  return (
    <TextInput
      label={fieldLabel(field)}
      description={description}
      inputWrapperOrder={BELOW}
      value={texts[field.name]}
      error={result.ok ? null : result.errors[field.name]}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

function About() {
  const info = useSettings((state) => state.info)
  if (info === null) return null
  return (
    <Part title={strings.settings.about} note={strings.settings.version(info.version, info.node, info.platform)}>
      {info.dataDir === null ? null : (
        <Group gap={10}>
          <Text size="sm" c="dimmed">
            {strings.settings.folder}
          </Text>
          <CopyLine text={info.dataDir} what={strings.things.folder} />
        </Group>
      )}
    </Part>
  )
}
