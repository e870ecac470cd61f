"""Cells carry the heading of their column, for windows that are too narrow for a table."""

from worker.web.stacked_tables import stack_tables

HEAD = '<thead><tr><th scope="col">Host</th><th scope="col" class="figure">Of <i>it</i></th></tr></thead>'


def test_each_cell_carries_the_heading_of_its_column_as_text() -> None:
    row = '<tr><th scope="row">a</th><td class="figure">1</td></tr>'
    assert (
        stack_tables(f"<table>{HEAD}<tbody>{row}{row}</tbody></table>").count(
            '<tr><th data-label="Host" scope="row">a</th><td data-label="Of it" class="figure">1</td></tr>'
        )
        == 2
    )


def test_cells_that_span_columns_and_matrices_and_tables_without_headings_carry_none() -> None:
    spanning = f'<table>{HEAD}<tbody><tr><td colspan="2">None</td></tr></tbody></table>'
    assert "data-label" not in stack_tables(spanning)
    for table in (f'<table class="alike">{HEAD}<tr><td>1</td></tr></table>', "<table><tr><td>1</td></table>"):
        assert stack_tables(table) == table


def test_foreign_text_that_reads_like_a_table_stays_text() -> None:
    text = "&lt;td&gt; &lt;/table&gt;"
    assert f'<td data-label="Host">{text}</td>' in stack_tables(
        f"<table>{HEAD}<tbody><tr><td>{text}</td></tr></tbody></table>"
    )
