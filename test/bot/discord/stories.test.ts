// A server's first day, in English and in Chinese: everything that people do, and everything that they read. And trainings that
// start by themselves.

import { afterEach, describe, expect, it } from 'vitest';
import { componentsOf, type Message } from '../../support/discord/index.js';
import { type BotTest, startBotTest } from '../../support/discord-bot.js';
import { everythingRead, expectQuiet, labelsOf, reportIn } from './reading.js';

let test: BotTest;
afterEach(async () => test?.end());

interface Words {
  readonly locale: string;
  readonly task: string;
  readonly labels: readonly [string, string, string];
  readonly texts: readonly [string, string, string];
  readonly unread: string;
  readonly menu: string;
  readonly says: Readonly<Record<string, RegExp>>;
  readonly buttons: Readonly<
    Record<'showMe' | 'start' | 'right' | 'wrong' | 'why' | 'cancel' | 'compare' | 'back', string>
  >;
}

const ENGLISH: Words = {
  locale: 'en-US',
  task: 'support',
  labels: ['billing', 'bug', 'praise'],
  texts: ['I was charged twice', 'it crashes when I save', 'thanks for the lovely help'],
  unread: 'the app ate my refund',
  menu: 'Teach this message',
  buttons: {
    showMe: 'Show me',
    start: 'Start a task',
    right: 'Right',
    wrong: 'Wrong',
    why: 'Why',
    cancel: 'Cancel',
    compare: 'Compare',
    back: 'Roll back',
  },
  says: {
    demo: /demo-\S+ is ready with \d+ examples.*private space that only you see/s,
    created: /^support created with 3 labels\. No examples yet/,
    taught: /^billing has 1 example\. .*\nHandful trains only on what people submit like this/,
    lines: /^2 rows: 2 taught\nsupport: billing 1, bug 1, praise 1$/,
    file: /^12 rows: 12 taught/,
    menu: /^billing has 6 examples\./,
    answer: /^\*\*billing \d+ %\*\*\n-# in context · nearest: "I was charged twice"/,
    why: /answered by the answerer in context\.\nAll labels: billing/,
    right: /^Thanks, noted as right\.$/,
    wrong: /is not billing\? Which label is right\?$/,
    unsure: /^\*\*I don't know \(closest: billing 33 %, bug 33 %\)\. Tell me\?\*\*/,
    told: /^bug has 6 examples\./,
    review: /^support: which label\?/,
    reviewed: /^Saved as praise\./,
    started: /^support: training on 18 examples/,
    report:
      /^support: version 1 \(LoRA\) is answering now\. 70 % ± 10 → 85 % ± 10 on the same folds; head alone 80 %\./,
    mixed: /mixed up most: billing and bug/,
    alt: /^Accuracy by method on the same 3 folds of 18 examples: .*LoRA 85 % ± 10 \(chosen\)/,
    compare: /★ answers now/,
    back: /^support: the answerer in context is answering again\. Version 1 is kept/,
    promoted: /^support: version 1 \(LoRA\) is answering now\./,
    trained: /^\*\*billing \d+ %\*\*\n-# version 1 \(LoRA\)/,
    kept: /^I keep 2 examples that you submitted, in 1 task\./,
    exported: /with 2 examples, is written to handful-my-data\.json/,
    confirm: /^Delete your 2 examples in 1 task/,
    forgotten: /^Your 2 examples in 1 task are deleted.*version 1 answers until the retraining/s,
    undone: /^Undone: /,
  },
};

const CHINESE: Words = {
  locale: 'zh-CN',
  task: '工单',
  labels: ['账单', '故障', '表扬'],
  texts: ['这个月被重复扣费了', '应用一打开就崩溃', '客服很热情谢谢'],
  unread: '发票上的金额不对',
  menu: '教这条消息',
  buttons: {
    showMe: '演示一下',
    start: '新建任务',
    right: '对',
    wrong: '不对',
    why: '为什么',
    cancel: '取消',
    compare: '比较',
    back: '回退',
  },
  says: {
    demo: /“demo-\S+”已备好 \d+ 个样本.*只有你能看到的私人空间/s,
    created: /^已创建任务“工单”，共 3 个标签。/,
    taught: /^“账单”现有 1 个样本。.*\nHandful 只用大家这样提交的内容训练/,
    lines: /^共 2 行：学会 2 个\n工单：账单 1、故障 1、表扬 1$/,
    file: /^共 12 行：学会 12 个/,
    menu: /^“账单”现有 6 个样本。/,
    answer: /^\*\*账单 \d+%\*\*\n-# 上下文作答 · 最近的样本：“这个月被重复扣费了”/,
    why: /由上下文样本回答。\n所有标签：账单/,
    right: /^谢谢，已记为正确。$/,
    wrong: /不是“账单”？正确的标签是哪个？$/,
    unsure: /^\*\*我不知道（最接近：账单 33%、故障 33%）。你来告诉我？\*\*/,
    told: /^“故障”现有 6 个样本。/,
    review: /^工单：/,
    reviewed: /表扬/,
    started: /^工单：/,
    report: /^工单：现在由版本 1（LoRA）回答。同样的分折上 70% ± 10 → 85% ± 10；单用分类头 80%。/,
    mixed: /最容易混淆：账单 和 故障/,
    alt: /LoRA 85% ± 10/,
    compare: /★ 正在作答/,
    back: /^工单：又由上下文样本回答了。版本 1 仍保留/,
    promoted: /^工单：现在由版本 1（LoRA）回答。/,
    trained: /^\*\*账单 \d+%\*\*\n-# 版本 1（LoRA）/,
    kept: /^我保存着你提交的 2 个样本，在 1 个任务里。/,
    exported: /（含 2 个样本）已写入 handful-my-data\.json/,
    confirm: /2 个样本/,
    forgotten: /^你在 1 个任务里的 2 个样本已删除.*版本 1 会继续回答，直到刚排上的重新训练完成/s,
    undone: /^已撤销：/,
  },
};

describe.each([ENGLISH, CHINESE])('the first day of a server, in $locale', (words) => {
  const { says, buttons, labels, texts, task } = words;

  it('goes from /help to a trained version and back', async () => {
    test = await startBotTest({ locale: words.locale });
    const { discord, mod, member, channel, engine } = test;
    expect(discord.messages(channel, member)).toEqual([]);

    // Help, for the asker alone, and its two buttons.
    const help = await discord.slash(member, channel, 'help').reply();
    expect(help).toMatchObject({ ephemeral: true, addressee: member });
    expect(labelsOf(help)).toEqual([buttons.showMe, buttons.start]);
    expect(help.content.length).toBeLessThan(2000);
    const demo = await discord.click(member, help, buttons.showMe).reply();
    expect(demo.content).toMatch(says.demo!);
    expect(demo.ephemeral).toBe(true);
    const modHelp = await discord.slash(mod, channel, 'help').reply();
    const newTask = await discord.click(mod, modHelp, buttons.start).form();
    const created = await discord.submit(mod, newTask, { name: task, labels: labels.join(', ') }).reply();
    expect(created.content).toMatch(says.created!);

    // Teaching: by command, by form with several lines, by file, and by the menu of a message.
    const [text, crash, thanks] = texts;
    const one = await discord.slash(mod, channel, 'teach', { text, label: labels[0] }).reply();
    expect(one.content).toMatch(says.taught!);
    expect(one.ephemeral).toBe(true);
    const form = await discord.slash(mod, channel, 'teach').form();
    const lines = await discord
      .submit(mod, form, { text: `${crash} => ${labels[1]}\n\n${thanks} => ${labels[2]}` })
      .reply();
    expect(lines.content).toMatch(says.lines!);
    const rows = [1, 2, 3, 4].flatMap((i) => texts.map((each, j) => `${each} ${i},${labels[j]}`));
    const file = { name: 'more.csv', data: ['text,label', ...rows].join('\n') };
    const fromFile = await discord.slash(mod, channel, 'teach-file', {}, { attachments: { file } }).reply();
    expect(fromFile.content).toMatch(says.file!);
    const said = discord.say(member, channel, words.unread);
    const teachIt = await discord.messageMenu(member, channel, words.menu, said).form();
    expect(teachIt.fields.map(({ component }) => component.value)).toEqual([words.unread, undefined]);
    const edited = `${words.unread} 2`;
    const fromMenu = await discord
      .submit(member, teachIt, { [teachIt.fields[0]!.label]: edited, [teachIt.fields[1]!.label]: labels[0] })
      .reply();
    expect(fromMenu.content).toMatch(says.menu!);
    expect(fromMenu.ephemeral).toBe(true);

    // Asking: in public, with Right, Wrong and Why.
    const answer = await discord.slash(member, channel, 'ask', { text: `${text}?` }).reply();
    expect(answer.content).toMatch(says.answer!);
    expect(answer.ephemeral).toBe(false);
    expect(labelsOf(answer)).toEqual([buttons.right, buttons.wrong, buttons.why]);
    expect((await discord.click(member, answer, buttons.why).reply()).content).toMatch(says.why!);
    expect((await discord.click(member, answer, buttons.right).reply()).content).toMatch(says.right!);
    const which = await discord.click(mod, answer, buttons.wrong).reply();
    expect(which.content).toMatch(says.wrong!);
    expect(labelsOf(which)).toEqual(labels.slice(1));
    const unsure = await discord.slash(member, channel, 'ask', { text: 'xyzzy' }).reply();
    expect(unsure.content).toMatch(says.unsure!);
    expect(labelsOf(unsure)).toEqual([...labels, buttons.why]);
    expect((await discord.click(member, unsure, labels[1]).reply()).content).toMatch(says.told!);

    // Review: a text that nobody labelled yet.
    await discord.slash(mod, channel, 'teach', { text: `${thanks} 9` }).reply();
    const review = await discord.slash(mod, channel, 'review').reply();
    expect(review.content).toMatch(says.review!);
    expect((await discord.click(mod, review, labels[2]).reply()).content).toMatch(says.reviewed!);

    // Training: one message, edited until it is the report card.
    let go = (): void => {};
    engine.gate = new Promise((resolve) => {
      go = resolve;
    });
    const started = await discord.slash(mod, channel, 'model train').reply();
    expect(started.content).toMatch(says.started!);
    await discord.until('progress', () => labelsOf(started).includes(buttons.cancel));
    expect(started.content).toContain('▕');
    expect(labelsOf(started)).toEqual([buttons.cancel]);
    engine.gate = null;
    go();
    const report = await reportIn(test, channel);
    expect(report.id).toBe(started.id);
    expect(report.content).toMatch(says.report!);
    expect(report.content).toMatch(says.mixed!);
    expect(report.attachments).toMatchObject([{ name: 'report-card.png', contentType: 'image/png' }]);
    expect(report.attachments[0]!.description).toMatch(says.alt!);
    expect(labelsOf(report)).toEqual([buttons.compare, buttons.back]);
    const trained = await discord.slash(member, channel, 'ask', { text: `${text}!` }).reply();
    expect(trained.content).toMatch(says.trained!);

    // Compare, roll back, promote.
    expect((await discord.click(member, report, buttons.compare).reply()).content).toMatch(says.compare!);
    expect((await discord.click(mod, report, buttons.back).reply()).content).toMatch(says.back!);
    const promoted = await discord.slash(mod, channel, 'model promote', { version: '1' }).reply();
    expect(promoted.content).toMatch(says.promoted!);

    // Somebody leaves.
    expect((await discord.slash(member, channel, 'privacy show').reply()).content).toMatch(says.kept!);
    const data = await discord.slash(member, channel, 'privacy export').reply();
    expect(data.content).toMatch(says.exported!);
    expect(data.attachments[0]!.text()).toContain(edited);
    const sure = await discord.slash(member, channel, 'privacy forget').reply();
    expect(sure.content).toMatch(says.confirm!);
    expect((await discord.click(member, sure, labelsOf(sure)[0]!).reply()).content).toMatch(says.forgotten!);
    await test.handful.services.runs.settle();

    // And a mistake is taken back.
    await discord.slash(mod, channel, 'teach', { text: `${crash} 9`, label: labels[2] }).reply();
    expect((await discord.slash(mod, channel, 'undo').reply()).content).toMatch(says.undone!);

    const forms = [newTask, form, teachIt].flatMap(({ title, fields }) => [
      title,
      ...fields.flatMap(({ label, description }) => [label, description]),
    ]);
    if (words.locale === 'zh-CN') expect([...everythingRead(test), ...forms].filter(isEnglish)).toEqual([]);
    expectQuiet(test);
  });
});

/** More than a name: two Latin words in a row that are neither a command nor a piece of one. */
function isEnglish(read: string): boolean {
  const plain = read.replace(/\/[a-z]+(?:-[a-z]+)?(?: [a-z]+)?(?: [a-z]+:\S+)*/g, '');
  return /[a-z]{2,} [a-z]{2,}/i.test(plain) || /\b(?:the|and|is|not|example|label|task|version)s?\b/i.test(plain);
}

describe('a training that nobody asked for', () => {
  it('starts with the 12th example, and its news goes once to the channel where that was taught', async () => {
    test = await startBotTest();
    const { discord, mod, member, channel, guild } = test;
    const helpdesk = discord.addChannel(guild, { name: 'helpdesk' });
    const labels = ['red', 'green', 'blue', 'grey'];
    await discord.slash(mod, channel, 'task create', { name: 'colours', labels: labels.join(', ') }).reply();
    const teach = async (from: number, to: number): Promise<void> => {
      for (const i of Array.from({ length: to - from }, (_, k) => from + k)) {
        const text = `thing ${'abcdefghijkl'[i]} of colour`;
        await discord.slash(member, helpdesk, 'teach', { text, label: labels[i % 4]! }).reply();
      }
    };
    await teach(0, 11);
    await test.handful.services.runs.settle();
    expect(test.engine.runs).toEqual([]);
    await teach(11, 12);
    const report = await reportIn(test, helpdesk);
    expect(test.engine.runs).toHaveLength(1);
    expect(report.content).toMatch(/^colours: version 1 \(LoRA\) is answering now\./);
    await test.handful.services.runs.settle();
    const news = (place: Message['channel']): readonly Message[] =>
      discord.messages(place).filter(({ author, usedBy }) => author.bot && usedBy === null);
    expect(news(helpdesk)).toEqual([report]);
    expect(news(channel)).toEqual([]);
    expect(componentsOf(report)).toHaveLength(2);
    expectQuiet(test);
  });
});
