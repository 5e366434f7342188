"""Where one makes trouble: scenarios at one click, and every fault by itself."""

from collections.abc import Sequence
from typing import Final

from ..shop import State
from ..world import DESKS, World
from .forms import button, form
from .hands import ERRORS, LATENCIES
from .html import Html, tag
from .look import Look
from .scenarios import SCENARIOS, Stage
from .story import Story

FORWARD: Final = ("copies", "backwards")


def scenarios(stage: Stage, look: Look) -> Html:
    """Each with what happens in it, and how it went the last time."""
    return tag("div", [_scenario(name, stage, look) for name in SCENARIOS], class_="scenarios")


def _scenario(name: str, stage: Stage, look: Look) -> Html:
    story = stage.stories.get(name)
    playing = story is not None and not story.over
    words = look("playing") if playing else look("play")
    start = button(
        words, class_="main", disabled=not stage.is_free, aria_label=f"{words}: {look(name)}"
    )
    return tag(
        "article",
        tag("div", tag("h4", look(name)), form(look, "play", start, scenario=name), class_="top"),
        tag("p", look(f"{name}_about"), class_="small"),
        _told(story, look) if story else None,
        class_="card scenario",
        id=f"scenario-{name}",
    )


def _told(story: Story, look: Look) -> Html:
    steps = [tag("li", look(f"step_{each.word}", **each.facts)) for each in story.steps]
    end = None
    if story.wrong:
        end = tag("p", look("not_as_told", why=story.wrong), class_="pill bad")
    elif story.over:
        end = tag("p", look("as_told"), class_="pill good")
    return tag("div", tag("ol", steps, class_="steps"), end, role="status")


def altyn(world: World, look: Look) -> Html:
    """Kill it, or shut the shop for a while."""
    down = world.shop.state is State.DOWN
    keys = [
        form(look, "kill", button(look("kill"), class_="danger", disabled=down)),
        form(look, "reopen", button(look("reopen")))
        if down
        else form(look, "shut", button(look("shut"))),
        form(look, "calm", button(look("calm"))),
    ]
    return tag("div", keys, class_="ways")


def weather(world: World, look: Look) -> Html:
    """Of each desk."""
    return tag("div", [_of_desk(world, name, look) for name in DESKS], class_="weathers")


def _of_desk(world: World, name: str, look: Look) -> Html:
    its = world.weathers[name]
    title = look(f"desk_{name}")
    latency = f"{its.latency_seconds:g}"
    fields = [
        _choice("latency", look("latency"), name, LATENCIES, latency, "s"),
        _choice("errors", look("errors"), name, ERRORS, str(its.errors_percent), "%"),
        _switch("storm", look("storm"), name, its.storm),
        _switch("silence", look("silence"), name, its.silence),
        button(look("apply"), aria_label=f"{look('apply')}: {title}"),
    ]
    return tag(
        "article",
        tag(
            "div",
            tag("h4", title),
            None if its.is_calm else tag("span", "⛈", class_="pill bad", title=look("rough")),
            class_="top",
        ),
        form(look, "weather", tag("div", fields, class_="fields"), desk=name),
        tag("div", _own(world, name, look), class_="ways"),
        class_="card",
    )


def _own(world: World, name: str, look: Look) -> Sequence[Html]:
    """What can happen there, and nowhere else."""
    hang = form(
        look,
        "hang",
        button(look("hang"), aria_label=f"{look('hang')}: {look('desk_' + name)}"),
        desk=name,
    )
    match name:
        case "heleket":
            postman = world.postman
            ticks = [_switch(each, look(each), name, getattr(postman, each)) for each in FORWARD]
            fields = tag(
                "div",
                ticks,
                button(look("apply"), aria_label=f"{look('apply')}: {look('notices')}"),
                class_="fields",
            )
            return [hang, form(look, "post", fields)]
        case "ton":
            lagging = world.desks.ton.lags
            said = {} if lagging else {"lags": "on"}
            return [
                hang,
                form(look, "chain", button(look("catch_up" if lagging else "lag")), **said),
            ]
        case "fragment":
            return [hang, form(look, "stale", button(look("stale")))]
    return [hang]


def _choice(
    name: str, label: str, desk: str, options: Sequence[str], chosen: str, unit: str
) -> Html:
    id = f"{name}-{desk}"
    return tag(
        "label",
        label,
        tag(
            "select",
            [
                tag("option", f"{each} {unit}", value=each, selected=each == chosen)
                for each in options
            ],
            name=name,
            id=id,
        ),
        for_=id,
    )


def _switch(name: str, label: str, desk: str, on: bool) -> Html:
    id = f"{name}-{desk}"
    return tag(
        "label",
        tag("input", type="checkbox", name=name, id=id, checked=on),
        label,
        for_=id,
        class_="tick",
    )
