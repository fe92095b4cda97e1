"use strict";
(() => {
  const DATA = JSON.parse(document.getElementById("history-data").textContent);
  const PAGE = 24; // charts that are added at a time
  const MANY_POINTS = 400;
  const NEAR = 300; // pixels below the window that are drawn ahead

  const charts = document.getElementById("charts");
  const figures = charts.querySelector(".figures");
  const state = { metrics: new Set(), words: [], stepsOnly: DATA.series.some((s) => s.steps.length > 0), shown: PAGE };

  function element(name, text, ...children) {
    const node = document.createElement(name);
    node.textContent = text;
    node.append(...children);
    return node;
  }

  function button(text, pressed, onPress) {
    const node = element("button", text);
    node.type = "button";
    node.setAttribute("aria-pressed", String(pressed));
    node.addEventListener("click", () => {
      const now = node.getAttribute("aria-pressed") !== "true";
      node.setAttribute("aria-pressed", String(now));
      onPress(now);
    });
    return node;
  }

  // ---- colours ----

  const THEMED = ["--text", "--soft", "--line", "--card", "--accent", "--worse", "--better", "--changed"];

  function theme() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(THEMED.map((name) => [name, style.getPropertyValue(name).trim()]));
  }

  // ---- one chart ----

  const number = (value) =>
    value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toLocaleString("en", { maximumSignificantDigits: 5 });

  /** The distance of about five ticks: 1, 2 or 5 times a power of ten. */
  function tickDistance(span) {
    const power = 10 ** Math.floor(Math.log10(span / 5));
    return power * [1, 2, 5, 10].find((multiple) => multiple * power >= (span / 5) * 0.999);
  }

  function bounds(values) {
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const span = high - low || Math.abs(high) * 0.02 || 1;
    const interval = tickDistance(span * 1.1);
    const tidy = (ticks) => Number((ticks * interval).toPrecision(12));
    return {
      min: tidy(Math.floor((low - span * 0.05) / interval)),
      max: tidy(Math.ceil((high + span * 0.05) / interval)),
      interval,
    };
  }

  function tooltip(series, [place, value, runs, values, dirty]) {
    const [hash, time, merge, subject] = DATA.commits[place];
    const facts = element("dl", "");
    const add = (name, text) => facts.append(element("dt", name), element("dd", text));
    add(series.metric, `${number(value)} ${series.unit}`);
    add("commit", hash + (merge ? ", a merge" : ""));
    add("time", time.replace("T", " ").slice(0, 16));
    add("of", values === runs ? `${runs} run${runs === 1 ? "" : "s"}` : `${values} sessions in ${runs} run${runs === 1 ? "" : "s"}`);
    if (dirty) {
      add("", "code that differed from the commit; in no test");
    }
    const step = series.steps.find((one) => one.after === place);
    if (step && !dirty) {
      add(step.verdict, `${step.text} since ${DATA.commits[step.before][0]}${step.gap ? `, ${step.gap} commits between were not measured` : ""}`);
    }
    const tip = element("div", "", element("strong", subject || series.name), facts);
    tip.className = "tip";
    return tip;
  }

  /** Levels between the steps, each from its first commit to its last. */
  function levels(series) {
    const clean = series.points.filter((point) => !point[4]);
    if (series.steps.length === 0 || clean.length === 0) {
      return [];
    }
    const from = [clean[0][0], ...series.steps.map((step) => step.after)];
    const to = [...series.steps.map((step) => step.before), clean[clean.length - 1][0]];
    const value = [series.steps[0].from, ...series.steps.map((step) => step.to)];
    return from.map((begin, i) => [
      [begin, value[i]],
      [to[i], value[i]],
    ]);
  }

  function option(series, colours) {
    const many = series.points.length > MANY_POINTS;
    const clean = series.points.filter((point) => !point[4]);
    const dirty = series.points.filter((point) => point[4]);
    const places = series.points.map((point) => point[0]);
    const first = Math.min(...places);
    const last = Math.max(...places);
    const margin = Math.max(0.5, (last - first) * 0.02);
    const merge = (point) => DATA.commits[point[0]][2] === 1;
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: {
        text: series.unit + (series.wanted ? `, ${series.wanted}` : ""),
        left: 4,
        top: 4,
        padding: 0,
        textStyle: { color: colours["--soft"], fontSize: 12, fontWeight: "normal" },
      },
      grid: { left: 8, right: 14, top: 34, bottom: 26, containLabel: true },
      dataZoom: [{ type: "inside", filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false }],
      tooltip: {
        trigger: "item",
        confine: true,
        backgroundColor: colours["--card"],
        borderColor: colours["--line"],
        textStyle: { color: colours["--text"] },
        formatter: ({ data }) => (data.point ? tooltip(series, data.point) : ""),
      },
      xAxis: {
        type: "value",
        min: first - margin,
        max: last + margin,
        minInterval: 1,
        axisLine: { onZero: false, lineStyle: { color: colours["--soft"] } },
        axisTick: { show: false },
        axisLabel: {
          color: colours["--soft"],
          hideOverlap: true,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: (place) => (DATA.commits[place] ? DATA.commits[place][0].slice(0, 7) : ""),
        },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        ...bounds(series.points.map((point) => point[1])),
        axisLabel: { color: colours["--soft"], formatter: number },
        splitLine: { lineStyle: { color: colours["--line"] } },
      },
      series: [
        {
          type: "line",
          data: clean.map((point) => ({
            value: [point[0], point[1]],
            point,
            symbol: merge(point) ? "diamond" : "circle",
            symbolSize: merge(point) ? 10 : many ? 3 : series.points.length > 120 ? 4 : 7,
          })),
          showAllSymbol: true,
          lineStyle: { color: colours["--accent"], width: 1, opacity: 0.5 },
          itemStyle: { color: colours["--accent"] },
          markArea: {
            silent: true,
            label: { color: colours["--text"], fontSize: 11, position: "insideTop" },
            data: series.steps.map((step) => [
              { name: step.text, xAxis: step.before, itemStyle: { color: colours[`--${step.verdict}`], opacity: 0.3 } },
              { xAxis: step.after },
            ]),
          },
        },
        {
          type: "scatter",
          data: dirty.map((point) => ({ value: [point[0], point[1]], point })),
          symbolSize: 8,
          itemStyle: { color: "transparent", borderColor: colours["--soft"], borderWidth: 2 },
        },
        ...levels(series).map((level) => ({
          type: "line",
          silent: true,
          symbol: "none",
          lineStyle: { color: colours["--text"], width: 2 },
          data: level,
          z: 3,
        })),
      ],
    };
  }

  // ---- all charts ----

  let drawings = [];

  function chart(node, series) {
    let echart;
    const drawing = {
      near: false,
      draw() {
        if (!drawing.near || node.offsetParent === null) {
          return;
        }
        echart ??= echarts.init(node, null, { renderer: series.points.length > MANY_POINTS ? "canvas" : "svg" });
        echart.resize();
        echart.setOption(option(series, theme()), { replaceMerge: ["series"] });
      },
      end() {
        watch.disconnect();
        size.disconnect();
        echart?.dispose();
      },
    };
    const watch = new IntersectionObserver(
      (entries) => {
        const now = entries[entries.length - 1].isIntersecting;
        if (now && !drawing.near) {
          drawing.near = true;
          drawing.draw();
        }
      },
      { rootMargin: `${NEAR}px` },
    );
    const size = new ResizeObserver(() => echart?.resize());
    watch.observe(node);
    size.observe(node);
    return drawing;
  }

  function figure(series) {
    const heading = element("h3", `${series.metric}: ${series.name} `, element("small", series.setup));
    const node = element("div", "");
    node.className = "chart";
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", `${series.metric} of ${series.name} along the commits`);
    const steps = series.steps.length;
    const caption = element(
      "figcaption",
      `${series.points.length} points, ${steps} step${steps === 1 ? "" : "s"}${series.exact ? "; exact: every change is a step" : ""}`,
    );
    const whole = element("figure", "", heading, node, caption);
    figures.append(whole);
    drawings.push(chart(node, series));
  }

  const chosen = () =>
    DATA.series.filter(
      (series) =>
        (state.metrics.size === 0 || state.metrics.has(series.metric)) &&
        (!state.stepsOnly || series.steps.length > 0) &&
        state.words.every((word) => `${series.name} ${series.id} ${series.metric} ${series.setup}`.toLowerCase().includes(word)),
    );

  function show() {
    drawings.forEach((drawing) => drawing.end());
    drawings = [];
    figures.replaceChildren();
    const all = chosen();
    all.slice(0, state.shown).forEach(figure);
    count.textContent = `${Math.min(all.length, state.shown)} of ${all.length} series`;
    more.hidden = all.length <= state.shown;
  }

  const restart = () => {
    state.shown = PAGE;
    show();
  };

  const controls = charts.querySelector(".controls");
  [...new Set(DATA.series.map((series) => series.metric))].forEach((metric) =>
    controls.append(
      button(metric, false, (on) => {
        on ? state.metrics.add(metric) : state.metrics.delete(metric);
        restart();
      }),
    ),
  );
  controls.append(
    button("with steps only", state.stepsOnly, (on) => {
      state.stepsOnly = on;
      restart();
    }),
  );
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Filter: words of a trial, its id or its metric";
  box.setAttribute("aria-label", "Filter the series");
  box.addEventListener("input", () => {
    state.words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    restart();
  });
  const count = element("span", "");
  count.className = "soft";
  charts.querySelector(".tools").append(box, count);
  const more = element("button", "Show more");
  more.type = "button";
  more.addEventListener("click", () => {
    state.shown += PAGE;
    show();
  });
  charts.querySelector(".more").append(more);
  show();

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawings.forEach((drawing) => drawing.draw()));
  const print = (printing) => {
    document.documentElement.classList.toggle("printing", printing);
    drawings.forEach((drawing) => {
      drawing.near = true;
      drawing.draw();
    });
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
})();
