export { recordDenial } from './audit/record-denial.ts'
export { searchLogs } from './audit/search-logs.ts'
