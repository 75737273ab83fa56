import type { House } from '../app.ts'
import type { Endpoint } from './endpoint.ts'

export const operations = (_house: House): Endpoint[] => []
