import type { EvidenceId } from './compliance-evidence.ts'

/** A control by its id in the framework, in our own words, with what our data can say of it. Without evidence it is for a person to judge. */
export interface Control {
  readonly id: string
  readonly title: string
  readonly evidence: readonly EvidenceId[]
}

interface FrameworkFacts {
  readonly name: string
  readonly controls: readonly Control[]
}

const control = (id: string, title: string, ...evidence: EvidenceId[]): Control => ({ id, title, evidence })

export const frameworks = {
  soc2: {
    name: 'SOC 2 (Trust Services Criteria 2017)',
    controls: [
      control('CC4.1', 'Controls are looked after while they run', 'integrity', 'told_changes'),
      control(
        'CC6.1',
        'Access is held by known people, with protection in proportion',
        'accounts',
        'second_factor',
        'grant_register',
        'granted_use',
      ),
      control('CC6.2', 'Accounts come about by decision and end with it', 'new_accounts', 'leavers', 'idle_accounts'),
      control(
        'CC6.3',
        'Access is as wide as the task, for as long as the task, and given by another',
        'bounded_grants',
        'privileged_access',
        'separate_duties',
        'unused_grants',
      ),
      control('CC6.4', 'Premises and equipment are protected'),
      control('CC6.5', 'Equipment is disposed of safely'),
      control('CC6.6', 'Attempts from outside are held off', 'second_factor', 'failed_signins', 'refusals'),
      control('CC6.7', 'Data that leaves is accounted for', 'trail_reads'),
      control('CC6.8', 'Unwanted software is kept out'),
      control('CC7.1', 'Changes of settings are noticed', 'settings_changes'),
      control('CC7.2', 'What is unusual is watched for', 'failed_signins', 'administration'),
      control('CC7.3', 'Incidents are judged', 'emergency_reviews'),
      control('CC7.4', 'Incidents are answered'),
      control('CC8.1', 'Changes are made by those who may, and on record', 'settings_changes', 'told_changes'),
    ],
  },
  iso27001: {
    name: 'ISO/IEC 27001:2022, Annex A',
    controls: [
      control('A.5.15', 'Rules of access are set and kept', 'grant_register', 'separate_duties'),
      control('A.5.16', 'Identities have a life cycle', 'accounts', 'new_accounts', 'leavers'),
      control('A.5.17', 'What proves identity is managed', 'second_factor'),
      control(
        'A.5.18',
        'Rights are given, looked over and taken back',
        'grant_register',
        'bounded_grants',
        'emergency_reviews',
        'unused_grants',
      ),
      control('A.5.28', 'Evidence is collected and kept whole', 'integrity'),
      control('A.5.33', 'Records are protected for as long as they must be kept', 'integrity', 'retention'),
      control(
        'A.8.2',
        'Privileged rights are few and watched',
        'privileged_access',
        'emergency_reviews',
        'administration',
      ),
      control('A.8.3', 'Information is reached only as granted', 'granted_use', 'refusals'),
      control('A.8.5', 'Signing in is secure', 'second_factor', 'failed_signins', 'sessions'),
      control(
        'A.8.15',
        'Logs are written, kept and protected',
        'trail_reads',
        'integrity',
        'retention',
        'told_changes',
        'record_content',
      ),
      control('A.8.16', 'Activity is monitored', 'failed_signins', 'administration'),
      control('A.8.17', 'Clocks agree'),
    ],
  },
  hipaa: {
    name: 'HIPAA Security Rule (45 CFR Part 164, Subpart C)',
    controls: [
      control('164.308(a)(1)(ii)(D)', 'Activity is looked over regularly'),
      control('164.308(a)(3)(ii)(C)', 'Access ends when somebody leaves', 'leavers'),
      control('164.308(a)(4)(ii)(B)', 'Access is authorized', 'new_accounts', 'grant_register'),
      control(
        '164.308(a)(4)(ii)(C)',
        'Access is established, looked over and changed',
        'grant_register',
        'bounded_grants',
        'unused_grants',
      ),
      control('164.308(a)(5)(ii)(C)', 'Sign-ins are monitored', 'failed_signins'),
      control('164.312(a)(1)', 'Only those who were granted access have it', 'grant_register', 'granted_use'),
      control('164.312(a)(2)(i)', 'Everybody has an identity of their own', 'accounts'),
      control('164.312(a)(2)(ii)', 'There is a way in for emergencies, and it is watched', 'emergency_reviews'),
      control('164.312(a)(2)(iii)', 'Sessions end by themselves', 'sessions'),
      control('164.312(b)', 'Activity is recorded', 'administration', 'trail_reads', 'told_changes'),
      control('164.312(c)(1)', 'Records are not altered unnoticed', 'integrity', 'told_changes'),
      control('164.312(d)', 'People prove who they are', 'second_factor'),
      control('164.316(b)(2)(i)', 'Documentation is kept for six years'),
    ],
  },
  pci_dss: {
    name: 'PCI DSS 4.0.1',
    controls: [
      control('7.2.1', 'Access follows a model', 'grant_register', 'privileged_access'),
      control('7.2.2', 'Privileges are the least that is needed', 'grant_register', 'privileged_access'),
      control('7.2.4', 'Accounts and privileges are looked over', 'unused_grants', 'idle_accounts'),
      control('7.2.5', 'Accounts of systems are managed'),
      control('8.2.1', 'Everybody has an id of their own', 'accounts'),
      control('8.2.4', 'Accounts are made and changed by decision', 'new_accounts', 'told_changes'),
      control('8.2.5', 'Who leaves has no access from then on', 'leavers'),
      control('8.2.6', 'Accounts unused for 90 days are closed', 'idle_accounts'),
      control('8.2.7', 'Access of third parties is limited to need and watched', 'bounded_grants', 'granted_use'),
      control('8.2.8', 'Idle sessions end', 'sessions'),
      control('8.3.4', 'Guessing is stopped', 'failed_signins'),
      control('8.4.1', 'Administrators use a second factor', 'second_factor'),
      control('10.2.1.2', 'What administrators do is recorded', 'administration'),
      control('10.2.1.3', 'Reading of the logs is recorded', 'trail_reads'),
      control('10.2.1.4', 'Failed attempts are recorded', 'failed_signins', 'refusals'),
      control('10.2.1.5', 'Changes of credentials and privileges are recorded', 'new_accounts', 'privileged_access'),
      control('10.2.2', 'Records tell who, what, when, from where and how it ended', 'record_content'),
      control('10.3.2', 'Records cannot be changed', 'integrity'),
      control('10.3.4', 'A change of records would be noticed', 'integrity', 'told_changes'),
      control('10.4.1', 'Records are looked over daily'),
      control('10.5.1', 'Records are kept for twelve months', 'retention'),
      control('10.6.1', 'Clocks agree'),
    ],
  },
  gdpr: {
    name: 'GDPR (Regulation (EU) 2016/679)',
    controls: [
      control('Art. 5(2)', 'What was done can be shown', 'told_changes', 'record_content'),
      control('Art. 17', 'Personal data is erased when it must be'),
      control('Art. 25', 'Data is protected by design: nobody reaches more than was granted', 'granted_use'),
      control('Art. 28(3)(a)', 'The processor acts only as instructed', 'granted_use', 'grant_register'),
      control('Art. 30(2)', 'The processor keeps a register of whom it works for', 'grant_register'),
      control('Art. 32(1)(b)', 'Confidentiality and integrity last', 'second_factor', 'integrity', 'granted_use'),
      control('Art. 32(1)(d)', 'Protection is tested and judged', 'emergency_reviews', 'integrity'),
      control('Art. 32(4)', 'People with access act only as instructed', 'administration', 'separate_duties'),
      control('Art. 33(2)', 'The controller is told of a breach without delay'),
    ],
  },
  nis2: {
    name: 'NIS2 (Directive (EU) 2022/2555 and Implementing Regulation (EU) 2024/2690)',
    controls: [
      control('Annex 1.2.5', 'Duties that conflict are held by different people', 'separate_duties'),
      control(
        'Annex 3.2.3',
        'What matters is logged',
        'administration',
        'failed_signins',
        'trail_reads',
        'privileged_access',
      ),
      control('Annex 3.2.4', 'Logs are looked over'),
      control('Annex 3.2.5', 'Logs are kept and protected', 'integrity', 'retention'),
      control('Annex 3.2.6', 'Clocks agree, and logging does not fail unnoticed'),
      control('Annex 11.2.2(a)', 'Rights are given by need and by another', 'bounded_grants', 'separate_duties'),
      control('Annex 11.2.2(b)', 'Rights end when somebody leaves or changes', 'leavers'),
      control(
        'Annex 11.2.2(d)',
        'Access of third parties is limited in scope and time',
        'bounded_grants',
        'granted_use',
      ),
      control('Annex 11.2.2(e)', 'A register of rights is kept', 'grant_register'),
      control('Annex 11.2.2(f)', 'Management of rights is logged', 'told_changes'),
      control('Annex 11.2.3', 'Rights are looked over', 'unused_grants', 'emergency_reviews'),
      control('Annex 11.3', 'Privileged accounts are separate and few', 'privileged_access', 'emergency_reviews'),
      control('Annex 11.5', 'Identities are managed', 'accounts'),
      control('Annex 11.6', 'Authentication is secure', 'second_factor', 'failed_signins'),
      control('Annex 11.7', 'A second factor is used', 'second_factor'),
    ],
  },
} as const satisfies Record<string, FrameworkFacts>
