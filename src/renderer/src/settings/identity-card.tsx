import { Button, FileButton, Group, SegmentedControl, Text, Textarea } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { Identity } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { endpointIdOf } from '../../../shared/peer-form.ts'
import { nickname } from '../../../shared/nickname.ts'
import { tell, tellFailure } from '../controls/verbs.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { download } from '../ui/download.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { CopyLine, FailureText, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'
import { backupText, keyIn } from './identity-key.ts'

/** Who we are to others: shown, copied, backed up, replaced. */
export function IdentityCard() {
  const { client } = useApp()
  const running = usePeers(({ status }) => ('self' in status ? status.self : null))
  const [identity, setIdentity] = useState<Identity | null>(null)
  const [failed, setFailed] = useState<Failure | null>(null)
  const [asked, setAsked] = useState<'backup' | 'replace' | null>(null)
  const text = strings.identity
  const load = useCallback((): void => {
    client.identity.show().then(setIdentity, (thrown: unknown) => setFailed(describeFailure(thrown)))
  }, [client])
  // The first join makes one.
  useEffect(load, [load, running])
  const close = (): void => setAsked(null)
  return (
    <section className="ps-group" aria-label={text.title}>
      <h2>{text.title}</h2>
      <p>{text.note}</p>
      {failed === null ? null : <FailureText failure={failed} />}
      {identity === null ? (
        failed === null && (
          <Text c="dimmed" fz="sm">
            {text.loading}
          </Text>
        )
      ) : (
        <>
          {identity.peerId === null ? (
            <Text fz="sm">{text.none}</Text>
          ) : (
            <>
              <Nickname peerId={identity.peerId} />
              <Ids peerId={identity.peerId} />
            </>
          )}
          <Text c="dimmed" fz="sm" mt={4}>
            {text.kept[identity.kept]}
          </Text>
          {running === null || running === identity.peerId ? null : (
            <>
              <Text fz="sm" mt={8}>
                {text.nextJoin}
              </Text>
              <Ids peerId={running} />
            </>
          )}
          <Group gap="xs" mt="sm">
            <Button variant="default" size="xs" disabled={identity.peerId === null} onClick={() => setAsked('backup')}>
              {text.backup} …
            </Button>
            <Button variant="default" size="xs" onClick={() => setAsked('replace')}>
              {text.replace} …
            </Button>
          </Group>
          {asked === 'backup' ? <Backup close={close} /> : null}
          {asked === 'replace' ? <Replace identity={identity} close={close} changed={setIdentity} /> : null}
        </>
      )}
    </section>
  )
}

/** Both forms of an id: networks of each kind know this peer by one of them. */
function Ids({ peerId }: { readonly peerId: PeerId }) {
  const { inNetworks } = strings.identity
  return (
    <dl className="ps-ids">
      <dt>{inNetworks.peerscope}</dt>
      <dd>
        <CopyLine text={peerId} what={strings.things.id} />
      </dd>
      <dt>{inNetworks.mosaik}</dt>
      <dd>
        <CopyLine text={endpointIdOf(peerId)} what={strings.things.endpointId} />
      </dd>
    </dl>
  )
}

function Backup({ close }: { readonly close: () => void }) {
  const { client } = useApp()
  const text = strings.identity
  const save = async (): Promise<void> => {
    const { peerId, secret } = await client.identity.backup()
    const name = text.backupName(peerId)
    download(name, new Blob([backupText(peerId, secret, [text.backupText])], { type: 'text/plain' }))
    tell(text.backedUp(name))
  }
  return <Confirm title={text.backupTitle} text={text.backupText} label={text.backupSave} act={save} close={close} />
}

function Replace(props: {
  readonly identity: Identity
  readonly close: () => void
  readonly changed: (identity: Identity) => void
}) {
  const { identity, close, changed } = props
  const { client } = useApp()
  const [kind, setKind] = useState<'fresh' | 'backup'>('fresh')
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const text = strings.identity
  const key = keyIn(typed)
  const replace = async (): Promise<void> => {
    const { peerId } = identity
    const before = peerId === null ? null : await client.identity.backup()
    const now = await client.identity.replace({ replaces: peerId, secret: kind === 'fresh' ? null : key })
    changed(now)
    if (before === null) return tell(text.replaced)
    const undo = async (): Promise<void> => {
      changed(await client.identity.replace({ replaces: now.peerId, secret: before.secret }))
      tell(text.undone)
    }
    tellUndo(text.replaced, text.undo, () => void undo().catch(tellFailure))
  }
  const take = async (file: File | null): Promise<void> => {
    if (file === null) return
    const found = file.size > 10_000 ? null : keyIn(await file.text())
    setWrong(found === null ? text.fileWrong(file.name) : null)
    if (found !== null) setTyped(found)
  }
  return (
    <Confirm
      title={text.replaceTitle}
      text={identity.peerId === null ? text.replaceFirst : text.replaceText(nickname(identity.peerId))}
      label={text.replace}
      danger={identity.peerId !== null}
      disabled={kind === 'backup' && key === null}
      act={replace}
      close={close}
    >
      <Group mt="md" gap="xs">
        <Text fz="sm">{text.replaceWith}</Text>
        <SegmentedControl
          aria-label={text.replaceWith}
          value={kind}
          onChange={setKind}
          data={(['fresh', 'backup'] as const).map((value) => ({ value, label: text.replaceKinds[value] }))}
        />
      </Group>
      {kind === 'backup' ? (
        <>
          <Textarea
            mt="sm"
            rows={2}
            label={text.secret}
            description={text.secretHelp}
            spellCheck={false}
            autoComplete="off"
            className="ps-mono"
            value={typed}
            error={wrong ?? (typed !== '' && key === null ? text.secretWrong : null)}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              setWrong(null)
            }}
          />
          <FileButton accept="text/plain" onChange={(file) => void take(file).catch(tellFailure)}>
            {(button) => (
              <Button {...button} variant="default" size="xs" mt="xs">
                {text.file}
              </Button>
            )}
          </FileButton>
        </>
      ) : null}
    </Confirm>
  )
}
