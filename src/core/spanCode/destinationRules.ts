import type { Call } from './callReader';
import type { ScanPlace, ScanRule } from './scanRule';

/** Annotations of functions that take messages, with the arguments that name where from. */
const LISTENERS: readonly string[] = [
  ...['KafkaListener', 'RabbitListener', 'SqsListener', 'JmsListener', 'StreamListener', 'PulsarListener'],
  ...['QueueTrigger', 'ServiceBusTrigger', 'KafkaTrigger', 'EventHubTrigger', 'RabbitMQTrigger'],
  ...['EventPattern', 'MessagePattern', 'Process', 'Processor', 'OnEvent', 'Incoming', 'Topic', 'subscriber'],
];
const CONSUMES: readonly string[] = [
  ...['subscribe', 'Subscribe', 'consume', 'Consume', 'basicConsume', 'basic_consume', 'BasicConsume'],
  ...[
    'QueueSubscribe',
    'NewReader',
    'Worker',
    'receiveMessage',
    'receive_message',
    'SubscribeTopics',
    'KafkaConsumer',
  ],
];
const PRODUCES: readonly string[] = [
  ...['publish', 'Publish', 'send', 'Send', 'sendToQueue', 'basicPublish', 'basic_publish', 'BasicPublish'],
  ...[
    'produce',
    'Produce',
    'ProduceAsync',
    'convertAndSend',
    'sendMessage',
    'send_message',
    'emit',
    'enqueue',
  ],
  ...['ProducerRecord', 'PublishWithContext', 'send_and_wait', 'Queue', 'add'],
];

/** Rules for calls that take messages from somewhere or send them there. */
export const destinationRules: ReadonlyMap<string, ScanRule> = new Map<string, ScanRule>([
  ...LISTENERS.map((name): [string, ScanRule] => [name, listener]),
  ...CONSUMES.map((name): [string, ScanRule] => [name, calls('consumer')]),
  ...PRODUCES.map((name): [string, ScanRule] => [name, calls('producer')]),
  ['task', task],
  ['shared_task', task],
]);

function listener(call: Call, place: ScanPlace): void {
  const { reader } = place;
  if (!call.decorates) {
    calls('consumer')(call, place);
    return;
  }
  const handler = reader.declaredAfter(call.end);
  const named = call.args.find(
    ({ name }) => name !== undefined && /^(?:topics?|queues?|value|destination|queueName)$/.test(name),
  );
  for (const name of reader.textsOf(named ?? call.args[0])) {
    reader.facts.push({
      kind: 'destination',
      name,
      role: 'consumer',
      ...(handler && { handler }),
      lineBase1: call.lineBase1,
    });
  }
}

/** Literals among the first arguments, also of objects and lists, name where the messages go. */
function calls(role: 'consumer' | 'producer'): ScanRule {
  return (call, place) => {
    const { reader } = place;
    if (call.decorates || call.args.length === 0) {
      return;
    }
    const handed = call.args.map((argument) => reader.handlerOf(argument));
    const handler = handed.findLast((one) => one !== undefined && one !== 'inline');
    const names = call.args.slice(0, 2).flatMap((argument) => {
      if (reader.tokens.is(argument.from, '{')) {
        const properties = reader.properties(argument);
        const topic = ['topic', 'topics', 'queue', 'Topic', 'Queue', 'QueueUrl', 'channel', 'subject']
          .map((key) => properties.get(key))
          .find((found) => found !== undefined);
        return topic ? reader.textsOf(topic) : [];
      }
      const text = reader.textOf(argument);
      return text !== undefined
        ? [text]
        : reader.tokens.is(argument.from, '[')
          ? reader.textsOf(argument)
          : [];
    });
    for (const name of names.filter((one) => /^[\w.\-/:*>#]{2,200}$/.test(one))) {
      reader.facts.push({
        kind: 'destination',
        name,
        role,
        ...(role === 'consumer' && handler && { handler }),
        lineBase1: call.lineBase1,
      });
    }
  };
}

/** `@app.task(name="orders.charge")` and `@shared_task` of Celery: without a name the task is called module and function. */
function task(call: Call, place: ScanPlace): void {
  const { reader } = place;
  if (!call.decorates || reader.tokens.dialect.family !== 'python') {
    return;
  }
  const handler = reader.declaredAfter(call.end);
  if (!handler) {
    return;
  }
  const named = reader.textOf(call.args.find(({ name }) => name === 'name'));
  const module = place.path.replace(/\.py$/, '').replaceAll('/', '.');
  reader.facts.push({
    kind: 'destination',
    name: `task:${named ?? `${module}.${handler.name}`}`,
    role: 'consumer',
    handler,
    lineBase1: call.lineBase1,
  });
}

/** Whether a task that is asked for is the one that code declares: Celery names it by the module as it was imported: the path's end. */
export function isTask(said: string, asked: string): boolean {
  const bare = asked.replace(/^(?:run|apply_async)\//, '');
  return said === bare || said.endsWith(`.${bare}`);
}
