import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../../api/client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FormView } from '../../ui/form.tsx'
import { notice } from '../../ui/notice.ts'
import { useForm } from '../../ui/use-form.ts'
import type { ViewPage } from './views-menu.tsx'

interface SaveViewDialogProps {
  page: ViewPage
  query: string
  close: () => void
}

export function SaveViewDialog({ page, query, close }: SaveViewDialogProps) {
  const queries = useQueryClient()
  const form = useForm({
    initial: { name: '' },
    check: ({ name }) => (name.trim() === '' ? { name: 'Give it a name that you will know again.' } : {}),
    send: async ({ name }) => {
      const saved = await ask(api.POST('/api/users/profile/views', { body: { page, name, query } }))
      await queries.invalidateQueries({ queryKey: ['views'] })
      notice(`Saved. “${saved.name}” is under Views from now on.`)
      close()
    },
    explain: ({ code, message }) => {
      if (code === 'view_name_taken') return { name: 'You have a view of this name here. Choose another.' }
      return code === 'too_many_views' && `${message} You have as many as one can keep.`
    },
  })
  return (
    <Dialog title="Save this view" close={close} size="md">
      <FormView form={form} submit="Save" cancel={close}>
        <TextInput
          label="Name"
          description={
            query === '' ? 'No filter is set: it shows everything here.' : 'Its filters, for you alone, on any device.'
          }
          maxLength={80}
          data-autofocus
          {...form.text('name')}
        />
      </FormView>
    </Dialog>
  )
}
