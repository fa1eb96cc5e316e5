-- Grain: question of the review's catalogue, K001 to K152.
with

final as (
    select
        questions.question_id,
        sections.section_id,
        questions.subsection_id,
        sections.section_name_en,
        sections.section_name_zh,
        sections.subsection_name_en,
        sections.subsection_name_zh,
        questions.name_en,
        questions.name_zh,
        questions.definition,
        questions.unit,
        questions.mart,
        questions.source_tables,
        questions.evidence_grade,
        questions.is_answered
    from {{ ref('questions') }} as questions
    inner join {{ ref('review_sections') }} as sections
        on questions.subsection_id = sections.subsection_id
)

select * from final
