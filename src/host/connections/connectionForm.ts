import { randomUUID } from 'node:crypto';

import type { OpenConnection } from '../../protocol/analysis';
import type { BackendError, ConnectionConfig } from '../../protocol/backend';
import type { Result } from '../../base/result';
import { backendErrorText, connectionFormWords, connectionTestText, stepOfUrlProblem } from '../../words';
import { askChoice, askText, back, type Choice } from '../steps';
import { hostOfUrl, urlProblem } from './connectionConfig';

/** Asks a connection for as little as shows that address and credentials are right. */
export type ConnectionTest = (
  connection: OpenConnection,
  signal: AbortSignal,
) => Promise<Result<{ readonly services: number }, BackendError>>;

/** What the form gives back: absent `secretHeaders` keep those that are stored. */
export interface ConnectionDraft {
  readonly connection: ConnectionConfig;
  readonly secretHeaders?: Readonly<Record<string, string>>;
}

type Credentials = 'keep' | 'none' | 'bearer' | 'basic';

interface Answers {
  url: string;
  name: string;
  credentials: Credentials;
  token: string;
  user: string;
}

type Outcome = 'next' | 'save' | typeof back | undefined;

/** Asks step by step for a connection, tests it, and gives what to save; `undefined` where the user left. */
export async function askConnection(
  test: ConnectionTest,
  old?: { readonly connection: ConnectionConfig; readonly secretHeaders: Readonly<Record<string, string>> },
): Promise<ConnectionDraft | undefined> {
  const answers: Answers = {
    url: old?.connection.url ?? 'http://127.0.0.1:16686',
    name: old?.connection.name ?? '',
    credentials: old && Object.keys(old.secretHeaders).length > 0 ? 'keep' : 'none',
    token: '',
    user: '',
  };
  const id = old?.connection.id ?? randomUUID();
  const title = old ? connectionFormWords.editTitle() : connectionFormWords.addTitle();
  const draftOf = (): ConnectionDraft => {
    const secretHeaders = secretHeadersOf(answers);
    return {
      connection: { ...old?.connection, id, kind: 'jaeger', name: answers.name, url: answers.url },
      ...(secretHeaders ? { secretHeaders } : {}),
    };
  };
  const steps = [
    () => askUrl(title, answers),
    () => askName(title, answers),
    () => askCredentials(title, answers, old !== undefined && Object.keys(old.secretHeaders).length > 0),
    () => askSecret(title, answers),
    () => askTest(title, draftOf(), old?.secretHeaders ?? {}, test),
  ];
  let step = 0;
  while (step >= 0) {
    const outcome = await steps[step]!();
    if (outcome === undefined) {
      return undefined;
    }
    if (outcome === 'save') {
      return draftOf();
    }
    step += outcome === back ? -1 : 1;
    // Without a secret to type that step is empty in both directions.
    if (steps[step] && step === 3 && (answers.credentials === 'none' || answers.credentials === 'keep')) {
      step += outcome === back ? -1 : 1;
    }
  }
  return undefined;
}

/** Asks for a new bearer token; `undefined` where the user left. */
export async function askToken(): Promise<Readonly<Record<string, string>> | undefined> {
  const answer = await askText({
    title: connectionFormWords.tokenTitle(),
    step: 1,
    totalSteps: 1,
    prompt: connectionFormWords.tokenPrompt(),
    value: '',
    password: true,
    validate: notEmpty,
  });
  return typeof answer === 'string' ? { authorization: `Bearer ${answer}` } : undefined;
}

const totalSteps = 4;

async function askUrl(title: string, answers: Answers): Promise<Outcome> {
  const url = await askText({
    title,
    step: 1,
    totalSteps,
    prompt: connectionFormWords.urlPrompt(),
    value: answers.url,
    validate: (text) => {
      const problem = urlProblem(text);
      return problem && stepOfUrlProblem(problem);
    },
  });
  if (typeof url !== 'string') {
    return url;
  }
  answers.url = url;
  answers.name ||= `Jaeger (${hostOfUrl(url)})`;
  return 'next';
}

async function askName(title: string, answers: Answers): Promise<Outcome> {
  const name = await askText({
    title,
    step: 2,
    totalSteps,
    prompt: connectionFormWords.namePrompt(),
    value: answers.name,
    validate: notEmpty,
  });
  if (typeof name !== 'string') {
    return name;
  }
  answers.name = name;
  return 'next';
}

async function askCredentials(title: string, answers: Answers, hasSecret: boolean): Promise<Outcome> {
  const choices: Choice<Credentials>[] = [
    { label: connectionFormWords.noCredentials(), value: 'none' },
    { label: connectionFormWords.bearer(), value: 'bearer' },
    { label: connectionFormWords.basic(), value: 'basic' },
  ];
  if (hasSecret) {
    choices.unshift({ label: connectionFormWords.keepCredentials(), value: 'keep' });
  }
  const credentials = await askChoice(
    { title, step: 3, totalSteps, placeholder: connectionFormWords.credentialsPrompt() },
    choices,
  );
  if (typeof credentials !== 'string') {
    return credentials;
  }
  answers.credentials = credentials;
  return 'next';
}

async function askSecret(title: string, answers: Answers): Promise<Outcome> {
  if (answers.credentials === 'basic') {
    const user = await askText({
      title,
      step: 3,
      totalSteps,
      prompt: connectionFormWords.userPrompt(),
      value: answers.user,
      validate: notEmpty,
    });
    if (typeof user !== 'string') {
      return user;
    }
    answers.user = user;
  }
  const token = await askText({
    title,
    step: 3,
    totalSteps,
    prompt:
      answers.credentials === 'basic'
        ? connectionFormWords.passwordPrompt()
        : connectionFormWords.tokenPrompt(),
    value: answers.token,
    password: true,
    validate: notEmpty,
  });
  if (typeof token !== 'string') {
    return token;
  }
  answers.token = token;
  return 'next';
}

async function askTest(
  title: string,
  draft: ConnectionDraft,
  oldSecrets: Readonly<Record<string, string>>,
  test: ConnectionTest,
): Promise<Outcome> {
  const { connection } = draft;
  const answer = await askChoice(
    { title, step: 4, totalSteps, placeholder: connectionFormWords.testing(hostOfUrl(connection.url)) },
    async (signal): Promise<readonly Choice<'save' | 'change'>[]> => {
      const result = await test({ ...connection, secretHeaders: draft.secretHeaders ?? oldSecrets }, signal);
      const change: Choice<'save' | 'change'> = { label: connectionFormWords.change(), value: 'change' };
      return result.ok
        ? [
            {
              label: connectionFormWords.save(),
              detail: `$(pass) ${connectionTestText(result.value.services)}`,
              value: 'save',
            },
            change,
          ]
        : [
            { ...change, detail: `$(error) ${backendErrorText(connection.name, result.error)}` },
            { label: connectionFormWords.saveAnyway(), value: 'save' },
          ];
    },
  );
  return answer === 'change' ? back : answer;
}

function secretHeadersOf(answers: Answers): Readonly<Record<string, string>> | undefined {
  switch (answers.credentials) {
    case 'keep':
      return undefined;
    case 'none':
      return {};
    case 'bearer':
      return { authorization: `Bearer ${answers.token}` };
    case 'basic':
      return {
        authorization: `Basic ${Buffer.from(`${answers.user}:${answers.token}`).toString('base64')}`,
      };
  }
}

function notEmpty(text: string): string | undefined {
  return text === '' ? connectionFormWords.empty() : undefined;
}
