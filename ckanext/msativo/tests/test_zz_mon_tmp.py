from __future__ import annotations
import time, re
import sqlalchemy as sa, ckan.model as model, pytest
from ckan.tests import helpers
from ckanext.msativo.tests.monitoring_world import Two
from ckanext.msativo.tests.test_permissions_world import World, world
from ckanext.msativo.tests.factories import CODES

def test_it(world, app):
    two = Two(world)
    B='/work/main/ckanext/msativo/assets/'
    css=''.join(open(B+n).read() for n in ('tokens.css','layout.css','components.css','figures.css','monitoring.css','ckan.css','print.css'))
    def save(name, url):
        body=app.get(url).body
        import pathlib, ckan
        main=str(pathlib.Path(ckan.__file__).parent/'public/base/css/main.css')
        try: base=open(main).read()
        except Exception: base=''
        body=re.sub(r'<link[^>]*stylesheet[^>]*>','',body)
        body=body.replace('</head>','<style>'+base+css+'</style></head>',1)
        open(f'/tmp/w/mon_shots/{name}.html','w').write(body)
    save('estado','/monitoramento?data=2025-11-15')
    save('plano',f'/monitoramento?data=2025-11-15&plano={two.here["id"]}')
    save('relatorio','/monitoramento/relatorio?data=2025-11-15')
    save('municipio','/municipios/japora')
    s=model.Session
    # 500 plans x 10 deliveries x 4 evidences, copied from those that are there
    x=s.execute(sa.text("select p.id,p.ciclo_id,pa.acao_id,pa.acao_versao from msativo_plano p join msativo_plano_acao pa on pa.plano_id=p.id where p.id=:i"),{'i':two.here['id']}).one()
    s.execute(sa.text("insert into msativo_plano (id,codigo_ibge,ciclo_id,titulo,inicio,estado,versao,criada_em,aprovada_em) select 'p'||n, (:codes ::text[])[1+n%79], :c,'Plano '||n,'2025-08-01','aprovado',1,now(),'2025-08-01' from generate_series(1,500) n"),{'codes':CODES,'c':x[1]})
    s.execute(sa.text("insert into msativo_plano_acao (plano_id,acao_id,acao_versao) select 'p'||n,:a,:v from generate_series(1,500) n"),{'a':x[2],'v':x[3]})
    s.execute(sa.text("insert into msativo_entrega (id,plano_id,acao_id,posicao,titulo,prova,inicio,prazo,meta,unidade,peso,responsavel,estado,versao) select 'e'||n||'-'||k,'p'||n,:a,k,'Entrega','', date '2025-08-01'+k, date '2025-10-01'+k*30, 50,'x',1,'','em_execucao',1 from generate_series(1,500) n, generate_series(1,10) k"),{'a':x[2]})
    s.execute(sa.text("insert into msativo_entrega_termos (entrega_id,desde,inicio,prazo,meta,peso) select id, timestamptz '2025-08-01', inicio,prazo,meta,peso from msativo_entrega where id like 'e%-%' and plano_id like 'p%'"))
    s.execute(sa.text("insert into msativo_evidencia (id,entrega_id,descricao,lugar,link,publicavel,publicada,estado,versao,criada_em) select id||'v'||q,id,'','','',false,false,'aceita',1,now() from msativo_entrega, generate_series(1,4) q where plano_id like 'p%' and length(plano_id)<6"))
    cols="(objeto_tipo,objeto_id,acao,de,para,papel,autor,em,nota,fatos)"
    s.execute(sa.text(f"insert into msativo_transicao {cols} select 'entrega',id,'criar',null,'planejada','coordenacao','x',timestamptz '2025-08-02','','{{}}' from msativo_entrega where length(plano_id)<6"))
    s.execute(sa.text(f"insert into msativo_transicao {cols} select 'entrega',id,'iniciar','planejada','em_execucao','municipio','x',timestamptz '2025-08-05','','{{}}' from msativo_entrega where length(plano_id)<6"))
    for n,(a,d,p,f) in enumerate((('criar',None,'rascunho','{}'),('enviar','rascunho','enviada','{"quantidade": 10}'),('analisar','enviada','em_analise','{}'),('aceitar','em_analise','aceita','{"quantidade_aceita": 10}'))):
        s.execute(sa.text(f"insert into msativo_transicao {cols} select 'evidencia',id,:a,:d,:p,'municipio','x',timestamptz '2025-08-20' + (ascii(right(id,1))*{n}) * interval '1 day','',cast(:f as jsonb) from msativo_evidencia where length(entrega_id)<10"),{'a':a,'d':d,'p':p,'f':f})
    s.commit()
    s.execute(sa.text('analyze')); s.commit()
    for k in (dict(grupo='municipio'),dict(grupo='municipio'),dict(grupo='plano',serie=True),dict(grupo='municipio',serie=True,pendencias=True),dict(grupo='municipio',id='5004809')):
        s.expire_all(); s.remove()
        n=[0]
        def count(*a): n[0]+=1
        sa.event.listen(model.meta.engine,'before_cursor_execute',count)
        t=time.perf_counter(); r=helpers.call_action('msativo_monitoramento_show',**k); t=time.perf_counter()-t
        sa.event.remove(model.meta.engine,'before_cursor_execute',count)
        print('TIME',k,round(t,2),'queries',n[0],r['total']['entregas'],r['count'])
    import cProfile,pstats
    pr=cProfile.Profile(); s.remove(); pr.enable(); helpers.call_action('msativo_monitoramento_show',grupo='municipio'); pr.disable()
    pstats.Stats(pr).sort_stats('cumtime').print_stats(35)
