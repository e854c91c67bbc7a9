// Whole conversations, as people have them: teach, ask, correct, review, train, swap, go back.

import { describe, expect, it } from 'vitest';
import { announcement } from '../../src/bot/announce.js';
import { createSay } from '../../src/bot/catalogue/index.js';
import { createFormat } from '../../src/bot/format.js';
import { createTestChat, type TestChat, teachSupport } from '../support/chat.js';

const NOTICE =
  'Handful trains only on what people submit like this; /privacy show tells what is kept, /privacy forget deletes it.';

function announced(chat: TestChat): string[] {
  const say = createSay('en');
  const words = { say, format: createFormat(say) };
  return chat.events.flatMap((event) => announcement(words, event)?.text ?? []);
}

describe('the first two minutes', () => {
  it('teaches, asks, and is asked which label holds', async () => {
    const chat = await createTestChat();
    expect(
      await chat.talk(
        '/task create name:support labels:"billing, bug, praise"',
        '/ask about billing',
        'I was charged twice this month => billing',
        'works now => bug',
        'WORKS NOW! => praise',
        'praise',
        'works now => praise',
        'was I charged twice?',
      ),
    ).toEqual([
      'support created with 3 labels. No examples yet: until you teach me I only compare a text with the label names.',
      expect.stringMatching(
        /^billing \d+ % · bug \d+ % · praise \d+ % {6}a guess from the label names; 3 examples a label make it an answer$/,
      ),
      `billing has 1 example.  support: billing 1, bug 0, praise 0\n${NOTICE}`,
      'bug has 1 example.  support: billing 1, bug 1, praise 0',
      '"WORKS NOW!" is taught as bug (by you, today) and praise (now). Which one holds?',
      'Moved from bug to praise.  support: billing 1, bug 0, praise 1',
      'I know that one already, as praise.',
      expect.stringMatching(/^billing \d+ % {6}in context · nearest: "I was charged twice this month"/),
    ]);
  });

  it('offers the labels when it does not know, and takes a number or a name for an answer', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const reply = await chat.say('zzz');
    expect(reply).toMatchObject({
      kind: 'answer',
      prediction: { label: null },
      choices: [{ label: 'billing' }, { label: 'bug' }, { label: 'praise' }],
    });
    expect(reply.text).toMatch(/^I don't know \(closest: billing \d+ %, bug \d+ %\)\. Tell me\? {6}in context$/);
    expect((await chat.say('bugg')).text).toBe(
      '"bugg" is none of the choices. Did you mean bug? Type the word or its number.',
    );
    expect((await chat.say('2')).text).toBe('bug has 2 examples.  support: billing 1, bug 2, praise 1');
  });

  it('says why', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    expect((await chat.say('/ask why:yes text:"charged again"')).text.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^All labels: billing \d+ % · /),
      'Likeness to what I was taught: 0.41 (below 0.10 I say that I do not know)',
      'Nearest examples:',
      '  0.41  "charged one times" => billing',
      '  0.00  "crash number one today" => bug',
      '  0.00  "thanks one lovely" => praise',
    ]);
  });

  it('undoes and forgets', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    expect(await chat.talk('/undo', '/forget crash', '/undo', '/forget "charged one times"')).toEqual([
      'Undone: 1 taught example of support.  support: billing 1, bug 1, praise 0',
      'Forgot "crash number one today".  support: billing 1, bug 0, praise 0',
      'Undone: 1 forgotten example is back in support.  support: billing 1, bug 1, praise 0',
      'Forgot "charged one times".  support: billing 0, bug 1, praise 0',
    ]);
  });
});

describe('files', () => {
  it('saves the good rows when the person says so, and counts every row', async () => {
    const chat = await createTestChat();
    await chat.talk('/task create name:support labels:"billing, bug"', 'known already => bug', 'paid twice => billing');
    chat.files.set('more.csv', 'text,label\nknown already,bug\nnew one,bug\nodd one,bgu\npaid twice,bug\nfree text,\n');
    expect(
      await chat.talk('/teach-file file:more.csv partial:yes', '/teach-file more.csv partial:yes replace:yes'),
    ).toEqual([
      '5 rows: 2 taught · 1 duplicate skipped (line 2) · 1 known under another label, not saved (line 5; replace:yes takes the label of the file) · 1 not read (line 4: "bgu" is not a label here, did you mean bug?)\nsupport: billing 1, bug 2 · 1 unlabelled',
      '5 rows: 0 taught · 1 relabelled (line 5) · 3 duplicates skipped (lines 2, 3, 6) · 1 not read (line 4: "bgu" is not a label here, did you mean bug?)\nsupport: billing 0, bug 3 · 1 unlabelled',
    ]);
  });

  it('exports what it imports', async () => {
    const chat = await createTestChat();
    chat.files.set('tone.jsonl', '{"text":"so nice","label":"kind"}\n{"text":"go away, \\"you\\"","label":"rude"}\n');
    expect(
      await chat.talk('/task import file:tone.jsonl', '/task export', '/task export format:jsonl file:again'),
    ).toEqual([
      `tone created with the 2 labels of the file.\n2 rows: 2 taught\ntone: kind 1, rude 1\n${NOTICE}`,
      '2 examples of tone written to tone.csv',
      '2 examples of tone written to again.jsonl',
    ]);
    expect(chat.written.get('again.jsonl')).toBe(chat.files.get('tone.jsonl'));
  });
});

describe('review', () => {
  it('shows the least certain text first and takes the label', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 2);
    await chat.talk('/teach charged three times', '/teach charged or crash?');
    const first = await chat.say('/review');
    expect(first.text).toMatch(
      /^support: which label\? 2 texts to look at\n {2}"charged or crash\?"\nI would say \w+ \(\d+ %\)\.$/,
    );
    expect(first.choices?.map((choice) => choice.label)).toEqual(['billing', 'bug', 'praise', 'skip']);
    expect((await chat.say('bug')).text).toMatch(
      /^Saved as bug\.\nsupport: which label\? 1 text to look at\n {2}"charged three times"/,
    );
    expect((await chat.say('skip')).text).toBe('That was all to look at in support.');
    expect((await chat.say('/review')).text).toContain('"charged three times"');
  });

  it('brings up taught examples that were answered otherwise when held out', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    expect((await chat.say('/review')).text).toBe(
      'support: which label? 1 text to look at\n  "charged one times"\nTaught as billing; without it I would say bug (90 %). Which one holds?',
    );
  });
});

describe('training from the chat', () => {
  it('announces the swap, compares, rolls back and promotes', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    let open = () => {};
    chat.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    expect((await chat.say('/model train')).text).toBe(
      'support: training on 9 examples, at most 30 min. Keep chatting; /model cancel stops it.',
    );
    expect((await chat.say('/model train')).text).toBe(
      'support is training already (0 %). What you teach now counts for the next run; /model cancel stops this one.',
    );
    open();
    await chat.handful.services.runs.settle();
    expect(announced(chat)).toEqual([
      'support: version 1 (LoRA) is answering now. 70 % ± 10 → 85 % ± 10 on the same folds; head alone 80 %. Took 24 s.\n' +
        '  mixed up most: billing and bug ("charged one times") · to get better: /review (1 text I am unsure about)',
    ]);
    expect((await chat.say('charged')).text).toMatch(/^billing \d+ % {6}version 1 \(LoRA\)$/);
    expect(await chat.talk('/model status', '/model rollback', '/model rollback', '/model promote')).toEqual([
      'support: version 1 (LoRA) answers; the target is 90 %.\nAccuracy 85 % ± 10 on 9 examples, held out by 3-fold cross-validation.\nNothing new to train on (each label has at least 3).',
      'support: the answerer in context is answering again. Version 1 is kept; /model promote version:1 brings it back.',
      'support has nothing to go back to: its answerer never changed.',
      'support: version 1 (LoRA) is answering now. /model rollback takes it back.',
    ]);
    expect((await chat.say('/model compare')).text).toBe(
      [
        '              method    accuracy   examples    by    when',
        'version 1 ★     LoRA   85 % ± 10          9   you   today',
        '★ answers now',
        'Last run, every method on the same folds of 9 examples:',
        '              accuracy   macro-F1   calibration   time',
        'in context   70 % ± 10       0.70          0.04    1 s',
        'head         80 % ± 10       0.80          0.04    3 s',
        'LoRA ★       85 % ± 10       0.85          0.04    3 s',
      ].join('\n'),
    );
  });

  it('marks a label that the active version does not know', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await chat.handful.services.runs.settle();
    await chat.say('/task edit add:refund automatic:no');
    expect((await chat.say('charged')).text).toMatch(
      /version 1 \(LoRA\) · refund came after this version; \/model train$/,
    );
  });

  it('says that training is switched off', async () => {
    const chat = await createTestChat({ config: { training: false } });
    await teachSupport(chat, 3);
    chat.clock.advance(120_000);
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs).toEqual([]);
    expect((await chat.say('/model train')).text).toBe(
      'Training is switched off here (HANDFUL_TRAINING=off); answers come from the examples in context.',
    );
  });
});

describe('other commands', () => {
  it('asks before it deletes a task', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    expect((await chat.say('/task delete support')).text).toBe(
      'Delete support with 3 examples and 0 versions? Nothing brings them back. Answer yes or no, or type /task delete task:"support" confirm:yes',
    );
    expect((await chat.say('no')).text).toMatch(/^support\n {2}billing: 1 example/);
    expect(await chat.talk('/task delete support', 'yes', '/task list')).toContain('support is deleted.');
  });

  it('fits the help on one screen', async () => {
    for (const language of ['en', 'zh'] as const) {
      const chat = await createTestChat({ language });
      const { text } = await chat.say('/help');
      expect(text.split('\n').length).toBeLessThanOrEqual(22);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    }
  });

  it('explains one command with its options and examples', async () => {
    const chat = await createTestChat();
    expect((await chat.say('/help model train')).text).toBe(
      [
        '/model train  measure and fine-tune now',
        '  task:         the task; left out: the only one, or the one used last · optional',
        '  method:       what to try; auto lets the data decide (auto, search, ' +
          'in-context, head, self-training, prompt, freeze, lora, adapter, prefix, soft-prompt, full, contrastive, ' +
          'prototypes, pretrain) · optional',
        '  options:      settings of the method, such as rank=16 epochs=24 · optional',
        '  budget:       seconds that the training may take · optional',
        '  e.g. /model train',
        '  e.g. /model train task:support method:lora budget:120',
        '  e.g. /model train task:support method:lora options:"rank=16 epochs=24"',
      ].join('\n'),
    );
  });

  it('remembers the language of a person', async () => {
    const chat = await createTestChat();
    await chat.say('/settings language:zh');
    expect((await chat.say('/task list')).text).toContain('还没有任务');
    expect((await chat.say('/task list', { person: 'bob' })).text).toContain('There is no task yet');
  });

  it('shows, exports and forgets what it keeps of a person', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    await chat.say('I owe you => billing', { person: 'bob' });
    expect((await chat.say('/privacy show')).text).toMatch(/^I keep 3 examples that you submitted, in 1 task/);
    await chat.say('/privacy export');
    expect(JSON.parse(chat.written.get('handful-my-data.json')!).examples).toHaveLength(3);
    expect((await chat.say('/privacy forget')).text).toBe(
      'Delete your 3 examples in 1 task, and whatever else I keep of you here? Answer yes or no.',
    );
    expect((await chat.say('yes')).text).toBe(
      'Your 3 examples in 1 task are deleted, and whatever else I kept of you here.',
    );
    expect((await chat.say('/task list')).text).toBe('support: billing 1, bug 0, praise 0 · in context');
  });

  it('loads the sample task once', async () => {
    const chat = await createTestChat();
    expect((await chat.say('/demo sample:community')).text).toContain('demo-community is ready with 48 examples.');
    expect((await chat.say('/demo sample:community')).text).toContain('demo-community exists already.');
  });

  it('never crosses spaces', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    expect((await chat.say('/task list', { space: 'elsewhere' })).text).toContain('There is no task yet');
  });
});

describe('the same in Chinese', () => {
  it('needs no word of English', async () => {
    const chat = await createTestChat({ language: 'zh' });
    const replies = await chat.talk(
      '/task create name:工单 labels:"账单, 故障, 表扬"',
      '这个月被重复扣费了 => 账单',
      '打开就闪退 => 故障',
      '客服很耐心 => 表扬',
      '又重复扣费',
      '天气如何',
    );
    expect(replies.slice(0, 2)).toEqual([
      '已创建任务“工单”，共 3 个标签。还没有样本：在你教我之前，我只能拿文本和标签名做比较。',
      '“账单”现有 1 个样本。  工单：账单 1、故障 0、表扬 0\nHandful 只用大家这样提交的内容训练；/privacy show 查看保存了什么，/privacy forget 可以删除。',
    ]);
    // Its own name and its commands are no words of English.
    for (const reply of replies) expect(reply.replace(/Handful|\/privacy \w+/g, '')).not.toMatch(/[a-z]{2,}/i);
  });
});
